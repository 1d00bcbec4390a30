import { taxConformance } from '../../test/conformance/tax.ts';
import { conformance } from '../conformance.ts';

conformance('tax', taxConformance);
