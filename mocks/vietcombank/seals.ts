import { createHmac, hash } from 'node:crypto';

/** Form fields of the gateway, or what is told by a notice. */
export type Form = Readonly<Record<string, string>>;

export const formIn = (body: string): Form => Object.fromEntries(new URLSearchParams(body));

/** What a checksum covers, in its order (WIRE.md 6.2); `time_limit` and the extras are not in it. */
const COVERED = {
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

export type SealedFunction = keyof typeof COVERED;

export const isSealed = (name: string): name is SealedFunction => Object.hasOwn(COVERED, name);

/** MD5 over the values and the passcode, joined by `|`; SHA-256 for the list. No HMAC, lower-case hex. */
export function checksum(name: SealedFunction, form: Form, passcode: string): string {
  const values = COVERED[name].map((field) => form[field] ?? '');
  return hash(name === 'GetListOrder' ? 'sha256' : 'md5', [...values, passcode].join('|'));
}

/** `X-Signature` of a credit notice: over the raw body. */
export const creditSignature = (body: string, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('hex');
