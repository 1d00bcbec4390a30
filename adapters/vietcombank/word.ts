import type { OrderStatus, PaymentWord, TheirFact } from '../../contracts/domain/payment.ts';
import { ourStatus } from './statuses.ts';
import type { Told } from './wire.ts';

type Open = PaymentWord['open'];
interface Meaning {
  readonly facts: readonly TheirFact['kind'][];
  readonly open: Open;
}

/**
 * Money that went back had come: net is paid less refunded, so that each is a fact of its own. A refund that is asked
 * for leaves the payment as it is, and one in part tells no sum.
 */
const meanings: Readonly<Record<OrderStatus, Meaning>> = {
  awaiting: { facts: [], open: 'awaiting' },
  pending: { facts: [], open: 'pending' },
  paid: { facts: ['paid'], open: null },
  'refund-pending': { facts: ['paid'], open: 'refund' },
  refunded: { facts: ['paid', 'refunded'], open: null },
  'partly-refunded': { facts: ['paid', 'refunded'], open: null },
  reversed: { facts: ['paid', 'reversed'], open: null },
  cancelled: { facts: ['cancelled'], open: null },
  failed: { facts: ['failed'], open: null },
  unlisted: { facts: [], open: 'unlisted' },
};

/** What they tell of an order, in ours. */
export function wordOf(told: Told, theirCode: string): PaymentWord {
  const status = ourStatus(told.status);
  const { facts, open } = meanings[status];
  return {
    reference: told.order_code,
    facts: facts.map((kind) => factOf(told, kind, status)),
    open,
    code: `${theirCode}/${told.status}`,
  };
}

/** The token is their only id: what is not the payment has it with a word behind, a refund in part another than a whole one. */
function factOf(told: Told, kind: TheirFact['kind'], status: OrderStatus): TheirFact {
  const { token_code: token, amount, currency, time_paid: paidAt, time_refund: refundedAt } = told;
  const partial = kind === 'refunded' && status === 'partly-refunded';
  const sum = amount === null ? null : { amount, currency };
  if (kind === 'paid') return { kind, amount: sum, transaction: token, at: paidAt || null };
  return {
    kind,
    amount: partial ? null : sum,
    transaction: `${token}:${partial ? 'partly-refunded' : kind}`,
    at: kind === 'refunded' || kind === 'reversed' ? refundedAt || null : null,
  };
}

/** What a bare code says, about which there is nothing else. */
export const bareWord = (reference: string, open: Extract<Open, 'not-created' | 'unlisted'>, theirCode: string) =>
  ({ reference, facts: [], open, code: theirCode }) satisfies PaymentWord;
