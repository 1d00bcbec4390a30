import { vietcombankConformance } from '../../test/conformance/vietcombank.ts';
import { conformance } from '../conformance.ts';

conformance('vietcombank', vietcombankConformance);
