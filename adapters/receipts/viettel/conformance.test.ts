import { viettelConformance } from '../../../test/conformance/receipts-viettel.ts';
import { conformance } from '../../conformance.ts';

conformance('receipts (viettel)', viettelConformance);
