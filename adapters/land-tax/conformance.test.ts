import { landTaxConformance } from '../../test/conformance/land-tax.ts';
import { conformance } from '../conformance.ts';

conformance('land-tax', landTaxConformance);
