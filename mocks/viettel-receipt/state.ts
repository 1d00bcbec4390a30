import type { ReceiptSimulation } from '../kit/receipt-simulation.ts';
import type { ViettelSettings } from './settings.ts';

export type ViettelState = ReceiptSimulation<ViettelSettings>;
