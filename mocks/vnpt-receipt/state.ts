import type { ReceiptSimulation } from '../kit/receipt-simulation.ts';
import type { VnptSettings } from './settings.ts';

export type VnptState = ReceiptSimulation<VnptSettings>;
