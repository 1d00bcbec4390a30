import type { TellingPlan } from '../kit/telling.ts';

/** What becomes of a notice, and how it lies: it is not signed, so that anyone can send one. */
export interface NoticePlan extends TellingPlan {
  /** Other fields than the truth, such as `{ amount: '1' }`. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** What a payer, the gateway, or fate does to an order. */
export const ACTS = [
  'pay',
  'cancel',
  'pay-twice',
  'pay-wrong-amount',
  'pay-after-expiry',
  'leave-under-review',
  'fail',
  'refund',
  'refund-partly',
  'revert',
  'start',
  'wait-for-instalment',
  'ask-refund',
  'expire',
] as const;
export type Act = (typeof ACTS)[number];

export interface ActOrder {
  readonly act: Act;
  /**
   * Taken, or given back, instead of what the act means by itself: `pay-wrong-amount` takes a thousand đồng too little,
   * `refund-partly` gives half back.
   */
  readonly amountVnd?: number;
  /** `message_error` of `fail`. */
  readonly cause?: string;
  readonly notice?: NoticePlan;
}
