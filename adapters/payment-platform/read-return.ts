import type { PaymentHint } from '../../contracts/domain/payment.ts';
import { isReference } from '../kit/references.ts';
import { RETURN_REFERENCE } from './wire.ts';

/**
 * What the payer's browser brings back: `?data=<reference>&responseCode=&secureCode=` (WIRE-2 1.9). Anybody can write
 * such an address and no formula is known for its seal, so that only the reference is read: they are asked.
 */
export function readReturn(query: Readonly<Record<string, string>>): PaymentHint | undefined {
  const reference = Object.hasOwn(query, RETURN_REFERENCE) ? query[RETURN_REFERENCE] : undefined;
  return reference !== undefined && isReference(reference) ? { reference } : undefined;
}
