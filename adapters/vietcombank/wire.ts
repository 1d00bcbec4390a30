import { z } from 'zod';
import { amount, digits, pageAddress, perhaps, perhapsWords, shortText, textual } from '../kit/loose.ts';

/** The gateway's form fields and JSON: names and shapes, and what each checksum covers (WIRE.md 6.2). */

/** Below VIETCOMBANK_URL; the version stands in it. */
export const CHECKOUT_PATH = '/api/web/checkout/version_1_0/';

/** What each checksum covers, in its order; an empty value keeps its place. `time_limit` and the extras are not covered. */
export const COVERED = {
  CreateOrder: [
    'merchant_site_code',
    'order_code',
    'order_description',
    'amount',
    'currency',
    'buyer_fullname',
    'buyer_email',
    'buyer_mobile',
    'buyer_address',
    'return_url',
    'cancel_url',
    'notify_url',
    'language',
  ],
  CheckOrder: ['merchant_site_code', 'token_code'],
  CheckOrderByOrderCode: ['merchant_site_code', 'order_code'],
  GetListOrder: [
    'merchant_site_code',
    'order_code',
    'token_code',
    'time_created_from',
    'time_created_to',
    'payment_method_code',
    'status',
    'page',
  ],
} as const;
export type FunctionName = keyof typeof COVERED;
/** The values that a checksum covers. */
export type Covered<Name extends FunctionName> = Readonly<Record<(typeof COVERED)[Name][number], string>>;

/** Around every answer; of a refusal `result_data` may be anything. */
export const answered = z.object({
  result_code: textual,
  result_message: perhapsWords,
  result_data: z.unknown().optional(),
});

/** A browser is sent there, so that it leads to a page and to nothing else. */
const page = pageAddress;
const code = textual.refine((text) => text !== '');

/** CreateOrder's data. */
export const opened = z.object({ checkout_url: page, token_code: code });

/** What CheckOrder and CheckOrderByOrderCode tell of an order; `time_paid` and `amount_vnd` to some merchants only. */
export const told = z.object({
  token_code: code,
  order_code: code,
  status: textual,
  amount,
  currency: perhaps,
  time_paid: perhaps,
  time_refund: perhaps,
  /** Not among the published fields; used where it is there. */
  checkout_url: page.optional().catch(undefined),
});
export type Told = z.output<typeof told>;

/** A number, written as one or as digits. */
const count = z
  .union([z.number(), digits(/^\d+$/)])
  .transform(Number)
  .pipe(z.int().min(0));

/** GetListOrder's data. What it tells of buyers is not read. */
export const listed = z.object({
  total_record: count,
  per_page: count,
  page: count,
  data: z.array(
    z.object({
      order_code: code,
      token_code: code,
      status: textual,
      amount,
      time_created: perhaps,
      time_paid: perhaps,
      time_refund: perhaps,
    }),
  ),
});
export type ListedRow = z.output<typeof listed>['data'][number];

/** The notice: unsigned, so that only whom it concerns is read, and by what it differs from another. */
export const notified = z.object({ order_code: code, token_code: perhaps, status: perhaps, amount: perhaps });
export type Notified = z.output<typeof notified>;

/** An aggregator's notice of a movement on an account (WIRE.md 6.3). */
export const moved = z.object({
  transactionDate: shortText.min(1),
  accountNumber: z.string().regex(/^[0-9A-Za-z]{4,24}$/),
  subAccount: perhaps,
  content: perhapsWords,
  description: perhapsWords,
  transferType: z.enum(['in', 'out']),
  transferAmount: z
    .union([z.number(), digits(/^\d+$/)])
    .transform(Number)
    .pipe(z.int().min(1)),
  referenceCode: code,
});
