import { type Order, refundedVnd, takenVnd } from './orders.ts';

export interface Totals {
  readonly orders: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Orders from which money was taken at all. */
  readonly paid: number;
  readonly charges: number;
  readonly refunds: number;
  readonly askedVnd: number;
  readonly takenVnd: number;
  readonly refundedVnd: number;
  /** CreateOrder again under an order_code that exists, refused or answered by the old order. */
  readonly duplicates: number;
  /** Order codes charged more than once, and those of which another amount was taken than was asked, in all. */
  readonly chargedTwice: readonly string[];
  readonly otherAmount: readonly string[];
}

export function totalsOf(orders: readonly Order[]): Totals {
  const sum = (of: (order: Order) => number): number => orders.reduce((total, order) => total + of(order), 0);
  const codes = (which: (order: Order) => boolean): string[] => orders.filter(which).map(({ orderCode }) => orderCode);
  const byStatus: Record<string, number> = {};
  for (const { status } of orders) byStatus[status] = (byStatus[status] ?? 0) + 1;
  return {
    orders: orders.length,
    byStatus,
    paid: sum(({ charges }) => (charges.length > 0 ? 1 : 0)),
    charges: sum(({ charges }) => charges.length),
    refunds: sum(({ refunds }) => refunds.length),
    askedVnd: sum(({ amountVnd }) => amountVnd),
    takenVnd: sum(takenVnd),
    refundedVnd: sum(refundedVnd),
    duplicates: sum(({ duplicates }) => duplicates),
    chargedTwice: codes(({ charges }) => charges.length > 1),
    otherAmount: codes((order) => order.charges.length > 0 && takenVnd(order) !== order.amountVnd),
  };
}
