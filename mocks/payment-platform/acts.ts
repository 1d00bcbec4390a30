import type { Charge, Ledger, Transaction } from './ledger.ts';
import type { NoticePlan } from './notices.ts';

/** What a payer, or fate, does to a transaction. */
export const ACTS = [
  'pay',
  'cancel',
  'pay-twice',
  'pay-wrong-amount',
  'pay-after-expiry',
  'leave-pending',
  'fail',
  'expire',
] as const;
export type Act = (typeof ACTS)[number];

export interface ActOrder {
  readonly act: Act;
  /** Taken instead of the amount asked; `pay-wrong-amount` takes a thousand đồng too little unless told otherwise. */
  readonly amountVnd?: number;
  /** MaLoi of `fail` and `cancel`; 01 unless told otherwise. */
  readonly code?: string;
  readonly notice?: NoticePlan;
}

/** What is to be told of it: one notice for each. */
export interface Outcome {
  readonly code: string;
  readonly charge: Charge | undefined;
}

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
    return { code: '00', charge: ledger.charge(transaction, amount) };
  };
  const end = (status: 'failed' | 'cancelled'): readonly Outcome[] => {
    transaction.status = status;
    transaction.code = code;
    return [{ code, charge: undefined }];
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
