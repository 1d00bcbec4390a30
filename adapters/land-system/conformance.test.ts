import { ilisConformance, vbdlisConformance } from '../../test/conformance/land-system.ts';
import { conformance } from '../conformance.ts';

conformance('land-system (vbdlis)', vbdlisConformance);
conformance('land-system (ilis)', ilisConformance);
