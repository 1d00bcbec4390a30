import type { ListedOrder, OrderList, OrderStatus } from '../../../contracts/domain/payment.ts';
import { vietnamTime } from '../../../contracts/domain/time.ts';
import { dayIn } from './dates.ts';
import { fromVnd } from './decimal.ts';
import { problemAt, type Told } from './source.ts';

/** What the list is a statement of: orders have no account of ours. */
export const GATEWAY_ACCOUNT = 'vietcombank-gateway';

/** Statuses that an order has only once its money came, whatever became of it then. */
const OF_MONEY: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  ...(['paid', 'refund-pending', 'refunded', 'partly-refunded', 'reversed'] as const),
]);

/** Statuses of orders whose money went back, all of it. Of one that was refunded in part the list tells no amount. */
const WENT_BACK: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['refunded', 'reversed']);

/**
 * What all pages of the gateway's list of orders say: a line for the money of each order that was paid, which stays the
 * same line in every later list whatever becomes of the order, and another one where all of it went back. Rows count its
 * orders from 1. A list that was paged through while it changed is a problem: an order that is missing would pass for money that never
 * came, one that is there twice for money that came twice.
 */
export function gatewayOrders(pages: readonly OrderList[]): readonly Told[] {
  const told: Told[] = [
    { kind: 'account', row: 1, account: GATEWAY_ACCOUNT, currency: 'VND', from: null, to: null, opening: null },
  ];
  const tokens = new Set<string>();
  let row = 0;
  for (const { orders } of pages)
    for (const order of orders) {
      row += 1;
      if (tokens.has(order.token)) told.push(problemAt(row, 'token', 'is that of an order before it'));
      tokens.add(order.token);
      told.push(...lineOf(order, row));
    }
  const last = Math.max(1, row);
  if (pages.length === 0) told.push(problemAt(last, null, 'has no page'));
  if (pages.some(({ total }) => total !== row))
    told.push(problemAt(last, 'total', `is not the number of orders: ${row} are listed`));
  return [...told, { kind: 'closing', row: last, closing: null, credits: null, debits: null, lines: null }];
}

function lineOf(order: ListedOrder, row: number): readonly Told[] {
  const { reference, token, amountVnd, status, paidAt, refundedAt } = order;
  if (paidAt === null && !OF_MONEY.has(status)) return [];
  const at = paidAt === null ? undefined : timeIn(paidAt);
  // Where they tell no time of it, it is that of the payment: money that went back is told in any case.
  const backAt = WENT_BACK.has(status) && refundedAt !== null ? timeIn(refundedAt) : at;
  const wrong: Told[] = [];
  if (paidAt === null) wrong.push(problemAt(row, 'paidAt', 'is missing, though the order was paid'));
  else if (at === undefined) wrong.push(problemAt(row, 'paidAt', 'is no time that can be read'));
  if (amountVnd === null || !Number.isSafeInteger(amountVnd) || amountVnd < 0)
    wrong.push(problemAt(row, 'amountVnd', 'is no whole number of đồng'));
  if (WENT_BACK.has(status) && paidAt !== null && refundedAt !== null && backAt === undefined)
    wrong.push(problemAt(row, 'refundedAt', 'is no time that can be read'));
  if (amountVnd === null || at === undefined || backAt === undefined || wrong.length > 0) return wrong;
  const line = {
    kind: 'line' as const,
    ...{ row, valueDate: null, documentNumber: token, amount: fromVnd(amountVnd), balance: null },
    ...{ narrative: reference, reversal: false, fee: null },
  };
  const came: Told = {
    ...{ ...line, date: at.date, time: at.time, direction: 'credit' },
    status: OF_MONEY.has(status) ? 'paid' : status,
  };
  return WENT_BACK.has(status)
    ? [came, { ...line, date: backAt.date, time: backAt.time, direction: 'debit', status }]
    : [came];
}

/** Day and time in Vietnam. How the gateway writes them is not published: the day first, the year first, or epoch seconds. */
function timeIn(text: string): { readonly date: string; readonly time: string | null } | undefined {
  if (/^\d{10}$/.test(text)) {
    const local = vietnamTime(Number(text) * 1_000);
    return { date: local.slice(0, 10), time: local.slice(11, 19) };
  }
  const found = dayIn(text);
  if (found === undefined || found === 'impossible' || found.rest !== '') return undefined;
  return { date: found.day, time: found.time };
}
