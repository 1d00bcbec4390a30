import type { PaymentWord, TheirFact } from '../../contracts/domain/payment.ts';
import { code, isDone, saysFailed } from './codes.ts';

type Meaning = 'paid' | 'failed' | 'pending' | 'unlisted';

/** What a code says of a payment (DESIGN: "Their words"): one that no list names is never a failure. */
export function meaningOf(given: string): Meaning {
  if (isDone(given)) return 'paid';
  if (saysFailed.has(given)) return 'failed';
  // 25 is success by another call: asked again, they say of which.
  return given === code.notYetPaid || given === code.alreadyPaid ? 'pending' : 'unlisted';
}

interface Said {
  readonly reference: string;
  readonly meaning: PaymentWord['open'] | 'paid' | 'failed';
  /** As a person would look it up. */
  readonly code: string;
  readonly transaction?: string;
  readonly amountVnd?: number | null;
}

export function wordOf({ reference, meaning, code: theirs, transaction = '', amountVnd = null }: Said): PaymentWord {
  if (meaning !== 'paid' && meaning !== 'failed') return { reference, facts: [], open: meaning, code: theirs };
  const fact: TheirFact = {
    kind: meaning,
    amount: amountVnd === null ? null : { amount: amountVnd, currency: 'VND' },
    transaction: transaction || null,
    at: null,
  };
  return { reference, facts: [fact], open: null, code: theirs };
}
