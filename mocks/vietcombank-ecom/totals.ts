import { type Payment, type Refund, type Status, takenVnd } from './records.ts';

export interface Totals {
  readonly payments: number;
  readonly byStatus: Readonly<Partial<Record<Status, number>>>;
  readonly charges: number;
  readonly askedVnd: number;
  readonly takenVnd: number;
  readonly refunds: number;
  /** Of refunds that are done. */
  readonly refundedVnd: number;
  /** Of refunds that are neither done nor failed. */
  readonly refundingVnd: number;
  readonly duplicatesRefused: number;
  /** References charged more than once. */
  readonly chargedTwice: readonly string[];
  /** References of which another amount was taken than was asked, in all. */
  readonly otherAmount: readonly string[];
}

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

export function totalsOf(payments: readonly Payment[], refunds: readonly Refund[]): Totals {
  const byStatus: Partial<Record<Status, number>> = {};
  for (const { status } of payments) byStatus[status] = (byStatus[status] ?? 0) + 1;
  const refunded = (wanted: Refund['status']): number =>
    sumOf(refunds.filter(({ status }) => status === wanted).map(({ amountVnd }) => amountVnd));
  const references = (which: (each: Payment) => boolean): string[] =>
    payments.filter(which).map(({ reference }) => reference);
  return {
    payments: payments.length,
    byStatus,
    charges: sumOf(payments.map(({ charges }) => charges.length)),
    askedVnd: sumOf(payments.map(({ amountVnd }) => amountVnd)),
    takenVnd: sumOf(payments.map(takenVnd)),
    refunds: refunds.length,
    refundedVnd: refunded('done'),
    refundingVnd: refunded('pending'),
    duplicatesRefused: sumOf(payments.map(({ duplicatesRefused }) => duplicatesRefused)),
    chargedTwice: references(({ charges }) => charges.length > 1),
    otherAmount: references((each) => each.charges.length > 0 && takenVnd(each) !== each.amountVnd),
  };
}
