import type { TellingPlan } from '../kit/telling.ts';
import type { Charge, Payment } from './records.ts';

export interface NoticePlan extends TellingPlan {
  /** Signed with another key; sent once. */
  readonly forged?: boolean;
  /** It tells another amount, reference or code than the truth, well signed. */
  readonly amountVnd?: number;
  readonly reference?: string;
  readonly code?: string;
}

/** What a payer, or fate, does to a payment. */
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
  /** errCode of `fail` and `cancel`; 31 unless told otherwise. */
  readonly code?: string;
  readonly notice?: NoticePlan;
}

/** What is to be told of it: one notice for each. */
export interface Outcome {
  readonly code: string;
  readonly charge: Charge | undefined;
}

/** An outcome of a payment that the partner is to hear of. */
export interface Tidings {
  readonly payment: Payment;
  readonly outcome: Outcome;
}
