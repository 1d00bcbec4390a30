import { orderRow } from './answers.ts';
import type { Order } from './orders.ts';
import type { Form } from './seals.ts';
import type { VietcombankSettings } from './settings.ts';
import { dayBound } from './times.ts';

export interface OrderList {
  readonly total_record: number;
  readonly per_page: number;
  readonly page: number;
  readonly data: readonly Record<string, string | number>[];
}

/** GetListOrder: every field narrows, an empty one does not; oldest first [assumed]. */
export function listOrders(settings: VietcombankSettings, orders: readonly Order[], form: Form): OrderList {
  const { order_code: code, token_code: token, payment_method_code: method, status, order_description: words } = form;
  const from = dayBound(form.time_created_from ?? '', 'first') ?? Number.NEGATIVE_INFINITY;
  const to = dayBound(form.time_created_to ?? '', 'last') ?? Number.POSITIVE_INFINITY;
  const found = orders.filter(
    (order) =>
      order.createdAt >= from &&
      order.createdAt <= to &&
      (!code || order.orderCode === code) &&
      (!token || order.tokenCode === token) &&
      (!method || order.methodCode === method) &&
      (!status || order.status === Number(status)) &&
      (!words || (order.form.order_description ?? '').includes(words)),
  );
  const { perPage } = settings;
  const page = Number(form.page || '1');
  const shown = found.slice((page - 1) * perPage, page * perPage);
  return {
    total_record: found.length,
    per_page: perPage,
    page,
    data: shown.map((order) => orderRow(settings, order)),
  };
}
