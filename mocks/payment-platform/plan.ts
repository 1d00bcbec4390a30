import type { TellingPlan } from '../kit/telling.ts';
import type { Charge, Transaction } from './ledger.ts';

export interface NoticePlan extends TellingPlan {
  /** Its MaXacThuc is made with another secret; sent once. */
  readonly forged?: boolean;
  /** It tells another amount, reference or code than the truth, well sealed. */
  readonly amountVnd?: number;
  readonly reference?: string;
  readonly code?: string;
}

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
  /** When it came about: told again, it tells the same time. */
  readonly at: number;
}

/** An outcome of a transaction that the partner is to hear of. */
export interface Tidings {
  readonly transaction: Transaction;
  readonly outcome: Outcome;
}
