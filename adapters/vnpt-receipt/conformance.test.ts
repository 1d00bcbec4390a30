import { vnptConformance } from '../../test/conformance/vnpt-receipt.ts';
import { conformance } from '../conformance.ts';

conformance('vnpt-receipt', vnptConformance);
