import type { Ledger } from './ledger.ts';
import type { ActOrder, Outcome } from './plan.ts';
import type { Payment } from './records.ts';

export const isExpired = ({ status, expiresAt }: Payment, now: number): boolean =>
  status === 'open' && now >= expiresAt;

/** The page is over: nothing but late or repeated money comes. */
export const isOver = (payment: Payment, now: number): boolean =>
  !['open', 'pending'].includes(payment.status) || isExpired(payment, now);

/** Does the act and says what there is to tell. Throws a sentence where the payment's state forbids it. */
export function perform(ledger: Ledger, payment: Payment, order: ActOrder, now: number): readonly Outcome[] {
  const { act, amountVnd = payment.amountVnd, code = '31' } = order;
  const anyway = act === 'pay-after-expiry' || (act === 'pay-twice' && payment.status === 'paid');
  if (isOver(payment, now) && !anyway) throw new TypeError(`${payment.reference} is over: no ${act}`);
  const pay = (amount: number): Outcome => {
    Object.assign(payment, { status: 'paid', code: '00' });
    return { code: '00', charge: ledger.charge(payment, amount, now) };
  };
  const close = (): void => {
    payment.expiresAt = Math.min(payment.expiresAt, now);
  };
  switch (act) {
    case 'pay':
      return [pay(amountVnd)];
    case 'pay-twice':
      return payment.status === 'paid' ? [pay(amountVnd)] : [pay(amountVnd), pay(amountVnd)];
    case 'pay-wrong-amount':
      return [pay(order.amountVnd ?? Math.max(1, payment.amountVnd - 1_000))];
    case 'pay-after-expiry':
      close();
      return [pay(amountVnd)];
    case 'cancel':
    case 'fail':
      Object.assign(payment, { status: act === 'cancel' ? 'cancelled' : 'failed', code });
      return [{ code, charge: undefined }];
    case 'leave-pending':
      payment.status = 'pending';
      return [];
    case 'expire':
      payment.status = 'open';
      close();
      return [];
  }
}

/** Everything that was to be told of a payment, told or not. */
export function outcomesOf({ charges, code, status }: Payment): Outcome[] {
  if (charges.length > 0) return charges.map((charge) => ({ code: '00', charge }));
  return status === 'failed' || status === 'cancelled' ? [{ code, charge: undefined }] : [];
}
