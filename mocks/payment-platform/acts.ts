import type { Ledger, Transaction } from './ledger.ts';
import type { ActOrder, Outcome } from './plan.ts';

export const isExpired = ({ status, expiresAt }: Transaction, now: number): boolean =>
  status === 'open' && now >= expiresAt;

/** The page is over: nothing but late or repeated money comes. */
export const isOver = (transaction: Transaction, now: number): boolean =>
  !['open', 'pending'].includes(transaction.status) || isExpired(transaction, now);

/** Does the act and says what there is to tell. Throws a sentence where the transaction's state forbids it. */
export function perform(ledger: Ledger, transaction: Transaction, order: ActOrder, now: number): readonly Outcome[] {
  const { act, amountVnd = transaction.amountVnd, code = '01' } = order;
  const anyway = act === 'pay-after-expiry' || (act === 'pay-twice' && transaction.status === 'paid');
  if (isOver(transaction, now) && !anyway) throw new TypeError(`${transaction.reference} is over: no ${act}`);
  const pay = (amount: number): Outcome => {
    transaction.status = 'paid';
    transaction.code = '00';
    const charge = ledger.charge(transaction, amount);
    return { code: '00', charge, at: charge.at };
  };
  const end = (status: 'failed' | 'cancelled'): readonly Outcome[] => {
    transaction.status = status;
    transaction.code = code;
    transaction.endedAt = now;
    return [{ code, charge: undefined, at: now }];
  };
  switch (act) {
    case 'pay':
      return [pay(amountVnd)];
    case 'pay-twice':
      return transaction.status === 'paid' ? [pay(amountVnd)] : [pay(amountVnd), pay(amountVnd)];
    case 'pay-wrong-amount':
      return [pay(order.amountVnd ?? Math.max(1, transaction.amountVnd - 1_000))];
    case 'pay-after-expiry':
      transaction.expiresAt = Math.min(transaction.expiresAt, now);
      return [pay(amountVnd)];
    case 'cancel':
      return end('cancelled');
    case 'fail':
      return end('failed');
    case 'leave-pending':
      transaction.status = 'pending';
      return [];
    case 'expire':
      transaction.status = 'open';
      transaction.expiresAt = Math.min(transaction.expiresAt, now);
      return [];
  }
}
