import { conformance } from '../../../adapters/conformance.ts';
import { practiceConformance } from '../../conformance/practice.ts';

conformance('practice', practiceConformance);
