import { paymentConformance } from '../../test/conformance/payment-platform.ts';
import { conformance } from '../conformance.ts';

conformance('payment-platform', paymentConformance);
