import { portalConformance } from '../../test/conformance/national-portal.ts';
import { conformance } from '../conformance.ts';

conformance('national-portal', portalConformance);
