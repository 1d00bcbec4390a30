import type { PaymentOrder } from '../../contracts/domain/payment.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { plain } from '../kit/text.ts';
import type { VietcombankConfig } from './config.ts';

/** Where each covered field of CreateOrder comes from. */
export const orderPointers: Readonly<Record<string, string>> = {
  order_code: '/reference',
  order_description: '/description',
  amount: '/amountVnd',
  buyer_fullname: '/payer/name',
  buyer_email: '/payer/email',
  buyer_mobile: '/payer/phone',
  buyer_address: '/payer/address',
  return_url: '/returnUrl',
  cancel_url: '/cancelUrl',
  notify_url: '/notifyUrl',
};

/** CreateOrder's fields that a checksum covers, but for the merchant (WIRE.md 6.2). */
export function orderValues({ office }: VietcombankConfig, order: PaymentOrder) {
  const { payer } = order;
  return {
    order_code: order.reference,
    order_description: plain(order.description),
    amount: String(order.amountVnd),
    currency: 'VND',
    buyer_fullname: plain(payer.name),
    // What a payer did not tell is the office's own where it is configured, else empty: nothing is made up.
    buyer_email: plain(payer.email) || (office.email ?? ''),
    buyer_mobile: dialled(payer.phone) || (office.mobile ?? ''),
    buyer_address: plain(payer.address) || (office.address ?? ''),
    return_url: order.returnUrl,
    cancel_url: order.cancelUrl,
    notify_url: order.notifyUrl,
    language: 'vi',
  };
}

/** Those that none covers. `time_limit` is to the second, with the offset of Vietnam. */
export function orderExtras({ payUntil, dossierCode, agency }: PaymentOrder) {
  return {
    time_limit: vietnamTime(Math.floor(payUntil / 1_000) * 1_000),
    object_code: dossierCode,
    object_name: plain(agency.name),
  };
}

/** The same number without what people write between its digits. */
const dialled = (phone: string | null): string => (phone ?? '').replace(/[\s.()-]/g, '');
