import { ecomConformance } from '../../test/conformance/vietcombank-ecom.ts';
import { conformance } from '../conformance.ts';

conformance('vietcombank-ecom', ecomConformance);
