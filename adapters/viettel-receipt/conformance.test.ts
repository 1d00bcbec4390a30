import { viettelConformance } from '../../test/conformance/viettel-receipt.ts';
import { conformance } from '../conformance.ts';

conformance('viettel-receipt', viettelConformance);
