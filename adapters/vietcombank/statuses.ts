import type { OrderStatus } from '../../contracts/domain/payment.ts';

/** `status` of an order (WIRE.md 6.2) in our words (DESIGN: "Their words"). */
const meanings: Readonly<Record<string, OrderStatus>> = {
  '1': 'awaiting',
  '2': 'pending',
  '3': 'paid',
  '4': 'cancelled',
  '5': 'pending',
  '6': 'refund-pending',
  '7': 'refunded',
  '8': 'pending',
  '9': 'pending',
  '10': 'pending',
  '11': 'partly-refunded',
  '12': 'failed',
  '15': 'reversed',
};

/** A status that no list names decides nothing. */
export const ourStatus = (theirs: string): OrderStatus =>
  (Object.hasOwn(meanings, theirs) ? meanings[theirs] : undefined) ?? 'unlisted';

/** Theirs of ours; undefined where it is none of theirs, or several. */
export function theirStatus(ours: OrderStatus): string | undefined {
  const all = Object.keys(meanings).filter((theirs) => meanings[theirs] === ours);
  return all.length === 1 ? all[0] : undefined;
}
