import type { ActOrder, NoticePlan } from './plan.ts';
import type { TimeStyle } from './times.ts';
import type { CreditPlan } from './transfers.ts';

/** How this gateway and bank behave in everything that is not published; all of it can be changed while they run. */
export interface VietcombankSettings {
  /** VIETCOMBANK_SITE_CODE and VIETCOMBANK_PASSCODE. */
  merchant: string;
  passcode: string;
  /** False: the merchant is known but may not use the gateway (0020). */
  allowed: boolean;
  /** False: orders are judged but cannot be made (0101). */
  creating: boolean;
  /** A second CreateOrder under one order_code: 0005, or the first order's answer again. */
  duplicate: 'refused' | 'old-order';
  /** What the payer's browser calls this gateway by; the server sets its own address where this is empty. */
  publicUrl: string;
  /** Without `time_limit` an order can be paid for this long. */
  orderTtlMs: number;
  /** `result_data` of a refusal. */
  emptyData: 'null' | 'empty' | 'absent';
  amountAs: 'number' | 'string';
  timesAs: TimeStyle;
  /** Whether `time_paid` and `amount_vnd` are told, as to some merchants. */
  paidFields: boolean;
  perPage: number;
  /** Fields that the browser takes along to return_url and cancel_url; none are published. */
  returnFields: readonly string[];
  /** A notice is taken by an answer 2xx that contains this; what a merchant has to say is not published. */
  noticeAnswer: string;
  /** A notice that is not taken goes this often in all, this long apart. */
  noticeAttempts: number;
  noticeRetryMs: number;
  noticeTimeoutMs: number;
  /** For every act that brings no plan of its own: those pressed on the page. */
  notice: NoticePlan;
  /** What is done at each CreateOrder; the notice goes before its answer, which waits at most `aheadMs`. */
  aheadOfCreate: ActOrder | null;
  aheadMs: number;
  /** VIETCOMBANK_NOTICE_SECRET, and where credit notices go; empty sends none. */
  creditUrl: string;
  creditSecret: string;
  creditAttempts: number;
  creditRetryMs: number;
  credit: CreditPlan;
  /** Every account begins with this. */
  openingVnd: number;
}

export const DEFAULT_SETTINGS: Readonly<VietcombankSettings> = {
  merchant: '101',
  passcode: 'demo-pass',
  allowed: true,
  creating: true,
  duplicate: 'refused',
  publicUrl: '',
  orderTtlMs: 7 * 86_400_000,
  emptyData: 'null',
  amountAs: 'number',
  timesAs: 'dmy',
  paidFields: true,
  perPage: 20,
  returnFields: [],
  noticeAnswer: '',
  noticeAttempts: 5,
  noticeRetryMs: 2_000,
  noticeTimeoutMs: 10_000,
  notice: {},
  aheadOfCreate: null,
  aheadMs: 2_000,
  creditUrl: '',
  creditSecret: 'demo-secret',
  creditAttempts: 7,
  creditRetryMs: 2_000,
  credit: {},
  openingVnd: 0,
};
