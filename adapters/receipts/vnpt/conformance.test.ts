import { vnptConformance } from '../../../test/conformance/receipts-vnpt.ts';
import { conformance } from '../../conformance.ts';

conformance('receipts (vnpt)', vnptConformance);
