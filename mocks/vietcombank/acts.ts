import { type Order, type Orders, refundedVnd, takenVnd } from './orders.ts';
import type { Act, ActOrder } from './plan.ts';
import { isOpen, STATUS, type Status } from './statuses.ts';

export const isExpired = ({ status, expiresAt }: Order, now: number): boolean => isOpen(status) && now >= expiresAt;

const remaining = (order: Order): number => takenVnd(order) - refundedVnd(order);

/** Acts on money that was taken. */
const AFTERWARDS: ReadonlySet<Act> = new Set<Act>(['refund', 'refund-partly', 'revert', 'ask-refund']);

/** What the order's state lets anyone do. */
export function allows(order: Order, act: Act, now: number): boolean {
  if (act === 'pay-after-expiry') return order.charges.length === 0;
  if (AFTERWARDS.has(act)) return remaining(order) > 0;
  if (act === 'pay-twice' && order.status === STATUS.paid) return true;
  return isOpen(order.status) && !isExpired(order, now);
}

/** Does the act and answers how many notices it brings. Throws a sentence where the order's state forbids it. */
export function perform(orders: Orders, order: Order, { act, amountVnd, cause = '' }: ActOrder, now: number): number {
  if (!allows(order, act, now)) throw new TypeError(`${order.orderCode} has status ${order.status}: no ${act}`);
  const becomes = (status: Status, notices = 1): number => {
    order.status = status;
    return notices;
  };
  const pay = (amount = amountVnd ?? order.amountVnd): number => {
    orders.charge(order, amount);
    return becomes(STATUS.paid);
  };
  const giveBack = (amount: number, status: Status): number => {
    if (amount < 1 || amount > remaining(order)) throw new TypeError(`${amount} of ${remaining(order)} cannot go back`);
    orders.giveBack(order, amount);
    return becomes(status);
  };
  switch (act) {
    case 'pay':
      return pay();
    case 'pay-twice':
      return order.status === STATUS.paid ? pay() : pay() + pay();
    case 'pay-wrong-amount':
      return pay(amountVnd ?? Math.max(1, order.amountVnd - 1_000));
    case 'pay-after-expiry':
      order.expiresAt = Math.min(order.expiresAt, now);
      return pay();
    case 'cancel':
      return becomes(STATUS.cancelled);
    case 'fail':
      order.cause = cause;
      return becomes(STATUS.failed);
    case 'leave-under-review':
      return becomes(STATUS.review);
    case 'wait-for-instalment':
      return becomes(STATUS.instalmentWait);
    case 'ask-refund':
      return becomes(STATUS.refundPending);
    case 'refund':
      return giveBack(remaining(order), STATUS.refunded);
    case 'revert':
      return giveBack(remaining(order), STATUS.reverted);
    case 'refund-partly':
      return giveBack(amountVnd ?? Math.floor(remaining(order) / 2), STATUS.partlyRefunded);
    case 'start':
      return becomes(STATUS.paying, 0);
    case 'expire':
      order.expiresAt = Math.min(order.expiresAt, now);
      return 0;
  }
}
