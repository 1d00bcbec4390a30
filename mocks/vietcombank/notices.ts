import { orderData } from './answers.ts';
import type { Order, Orders } from './orders.ts';
import type { NoticePlan } from './plan.ts';
import type { Form } from './seals.ts';
import type { VietcombankSettings } from './settings.ts';
import type { NotifyState } from './statuses.ts';
import type { Letter } from './teller.ts';

const NOTIFY: Readonly<Record<'calling' | 'error' | 'done', NotifyState>> = { calling: 2, error: 3, done: 4 };

const headers = { 'content-type': 'application/x-www-form-urlencoded' };

/** What a notice is written from. */
interface Desk {
  readonly settings: VietcombankSettings;
  readonly orders: Orders;
}

/** The notice of an order as it stands now, unsigned; the plan's fields stand instead of the truth. */
export function noticeOf({ settings, orders }: Desk, order: Order, { fields }: NoticePlan): Letter {
  const told = Object.entries(orderData(settings, order)).map(([name, value]) => [name, String(value)]);
  return {
    about: order.orderCode,
    url: order.form.notify_url ?? '',
    method: 'POST',
    headers,
    body: String(new URLSearchParams({ ...Object.fromEntries(told), ...fields })),
    stands: () => orders.get(order.orderCode) === order,
    mark: (how) => {
      order.notifyState = NOTIFY[how];
    },
  };
}

/** A notice of nothing: anyone can send one, of any order, to an address that it knows. */
export const inventedNotice = (url: string, fields: Form): Letter => ({
  about: fields.order_code ?? '',
  url,
  method: 'POST',
  headers,
  body: String(new URLSearchParams(fields)),
  stands: () => true,
});
