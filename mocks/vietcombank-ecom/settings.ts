import type { Keys } from './keys.ts';
import type { ActOrder, NoticePlan } from './plan.ts';

/** How this bank behaves in everything that is not published; all of it can be changed while it runs. */
export interface EcomSettings extends Keys {
  partner: string;
  /** Registered for the partner: where the bank tells what became of a payment; empty sends no notice. */
  notifyUrl: string;
  /** What the payer's browser calls this bank by; the server sets its own address where this is empty. */
  publicUrl: string;
  /** verifyPayment of a reference that stands unpaid: refused (20), or answered with the same page. */
  again: 'refuse' | 'same-page';
  /** Whether success is written `00` or `0`; both are published. */
  successAs: '00' | '0';
  /** Whether amounts and codes of the inner JSON are texts or numbers. */
  amountAs: 'string' | 'number';
  /** Whether query's answer has an `amount` beside what is published. */
  queryAmount: boolean;
  minimumVnd: number;
  maximumVnd: number;
  /** The page can be paid for this long. */
  pageTtlMs: number;
  /** What becomes of a sound refund: `pending` stays open until the control API ends it, `failed` is answered 8. */
  refundAs: 'done' | 'pending' | 'failed';
  /** A notice that was not taken goes this often in all, this long apart. */
  noticeAttempts: number;
  noticeRetryMs: number;
  noticeTimeoutMs: number;
  /** Whether any answer 2xx takes a notice, or only one whose errCode is 0 or 00. */
  takenBy: 'status' | 'code';
  /** For every act that brings no plan of its own: those pressed on the page. */
  notice: NoticePlan;
  /** What is done at each verifyPayment while it stands; the first notice goes before the answer, which waits at most `aheadMs`. */
  aheadOfVerify: ActOrder | null;
  aheadMs: number;
}

export const DEFAULT_SETTINGS: Readonly<Omit<EcomSettings, keyof Keys>> = {
  partner: 'DEMO03',
  notifyUrl: '',
  publicUrl: '',
  again: 'refuse',
  successAs: '00',
  amountAs: 'string',
  queryAmount: false,
  minimumVnd: 1_000,
  maximumVnd: 500_000_000,
  pageTtlMs: 30 * 60_000,
  refundAs: 'done',
  noticeAttempts: 5,
  noticeRetryMs: 2_000,
  noticeTimeoutMs: 10_000,
  takenBy: 'code',
  notice: {},
  aheadOfVerify: null,
  aheadMs: 2_000,
};

/** An amount as the setting writes it. */
export const amountOf = ({ amountAs }: EcomSettings, vnd: number): string | number =>
  amountAs === 'string' ? String(vnd) : vnd;
