import { jsonReply, type Reply } from '../kit/delivery.ts';
import type { Order } from './orders.ts';
import type { VietcombankSettings } from './settings.ts';
import { statusNames } from './statuses.ts';
import { textOf } from './texts.ts';
import { wireTime } from './times.ts';

/** The envelope of every answer; without data it is as the setting wants it. */
export function answer({ emptyData }: VietcombankSettings, code: string, data?: unknown, message?: string): Reply {
  const head = { result_code: code, result_message: message ?? textOf(code) };
  if (data !== undefined) return jsonReply({ ...head, result_data: data });
  if (emptyData === 'absent') return jsonReply(head);
  return jsonReply({ ...head, result_data: emptyData === 'null' ? null : '' });
}

/** Of the last charge where there is one, so that whoever asks sees what was really taken [assumed]. */
const toldVnd = (order: Order): number => order.charges.at(-1)?.amountVnd ?? order.amountVnd;

const amountOf = ({ amountAs }: VietcombankSettings, amountVnd: number): number | string =>
  amountAs === 'number' ? amountVnd : String(amountVnd);

/** CheckOrder's data, and, written as form fields, the notice (WIRE.md 6.2). */
export function orderData(settings: VietcombankSettings, order: Order): Record<string, string | number> {
  const { form, status, methodCode } = order;
  return {
    token_code: order.tokenCode,
    version: '1.0',
    order_code: order.orderCode,
    order_description: form.order_description ?? '',
    amount: amountOf(settings, toldVnd(order)),
    sender_fee: amountOf(settings, 0),
    receiver_fee: amountOf(settings, 0),
    currency: form.currency ?? '',
    return_url: form.return_url ?? '',
    cancel_url: form.cancel_url ?? '',
    notify_url: form.notify_url ?? '',
    status,
    payment_method_code: methodCode,
    payment_method_name: methodNames[methodCode] ?? methodCode,
    message: statusNames[status],
    message_error: order.cause,
    ...(form.customer_field === undefined ? {} : { customer_field: form.customer_field }),
    ...(settings.paidFields
      ? {
          time_paid: wireTime(order.charges.at(-1)?.at, settings.timesAs),
          amount_vnd: amountOf(settings, toldVnd(order)),
        }
      : {}),
  };
}

/** A row of GetListOrder. */
export function orderRow(settings: VietcombankSettings, order: Order): Record<string, string | number> {
  const { form, methodCode } = order;
  const time = (at: number | undefined): string => wireTime(at, settings.timesAs);
  return {
    order_code: order.orderCode,
    token_code: order.tokenCode,
    order_description: form.order_description ?? '',
    amount: amountOf(settings, toldVnd(order)),
    buyer_fullname: form.buyer_fullname ?? '',
    buyer_email: form.buyer_email ?? '',
    buyer_mobile: form.buyer_mobile ?? '',
    buyer_address: form.buyer_address ?? '',
    time_created: time(order.createdAt),
    time_paid: time(order.charges.at(-1)?.at),
    time_refund: time(order.refunds.at(-1)?.at),
    status: order.status,
    payment_method_name: methodNames[methodCode] ?? methodCode,
  };
}

/** Made: the source lists no methods. */
const methodNames: Readonly<Record<string, string>> = {
  'ATM-CARD': 'Thẻ ATM nội địa',
  'QR-CODE': 'Mã QR',
};
