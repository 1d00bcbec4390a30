import type { PaymentSeen } from './asked.ts';
import { heldVnd } from './money-accounts.ts';
import type { Sides } from './sides.ts';

/** The e-receipt of a payment, as the gateway shows it. */
export interface ReceiptSeen {
  readonly state: string;
  readonly key: string | null;
  readonly amount: { readonly amount: number };
  readonly document: string;
}
/** One in the provider's book. */
export interface BookedReceipt {
  readonly key: string;
  readonly totalVnd: number;
  readonly state: string;
  readonly duplicatesRefused: number;
}
export interface ReceiptBooks {
  readonly receipts: readonly BookedReceipt[];
  /** Answers that never came, after a receipt was made. */
  readonly lostReplies: number;
}

export interface ReceiptAccounts {
  /** Payments that are paid and whose way of paying makes no receipt. */
  readonly payments: number;
  readonly agreeing: number;
  readonly differing: readonly { readonly reference: string; readonly why: string }[];
  readonly standing: Sides;
  readonly standingVnd: Sides;
  readonly documents: number;
  readonly lostReplies: number;
  /** Payments of which the provider made more than one, or was asked for one that it had made. */
  readonly madeTwice: number;
}

/** Payment by payment: one receipt stands for what was paid and asked for, on both sides, and none for anything else. */
export function compareReceipts(
  paid: readonly PaymentSeen[],
  seen: ReadonlyMap<string, ReceiptSeen>,
  { receipts, lostReplies }: ReceiptBooks,
): ReceiptAccounts {
  const booked = Map.groupBy(receipts, ({ key }) => key);
  const differing: { reference: string; why: string }[] = [];
  let madeTwice = 0;
  for (const payment of paid) {
    const key = `BL-${payment.reference}`;
    const theirs = booked.get(key) ?? [];
    booked.delete(key);
    if (theirs.length > 1 || theirs.some(({ duplicatesRefused }) => duplicatesRefused > 0)) madeTwice++;
    const why = difference(payment, key, theirs, seen.get(payment.reference));
    if (why !== undefined) differing.push({ reference: payment.reference, why });
  }
  const agreeing = paid.length - differing.length;
  for (const key of booked.keys()) differing.push({ reference: key, why: 'không ai trả (paid for by nobody)' });
  const theirs = receipts.filter(({ state }) => state === 'issued');
  const ours = [...seen.values()].filter(({ state }) => state === 'issued');
  return {
    ...{ payments: paid.length, agreeing, differing, lostReplies, madeTwice },
    standing: [theirs.length, ours.length],
    standingVnd: [sum(theirs.map(({ totalVnd }) => totalVnd)), sum(ours.map(({ amount }) => amount.amount))],
    documents: ours.filter(({ document }) => document === 'kept').length,
  };
}

/** Every paid fee has its one receipt and that its document. */
export const areReceiptsSound = ({
  payments,
  differing,
  standing,
  standingVnd,
  documents,
  madeTwice,
}: ReceiptAccounts) =>
  differing.length === 0 &&
  madeTwice === 0 &&
  documents === payments &&
  [standing, standingVnd].every(([theirs, ours]) => theirs === ours);

function difference(
  payment: PaymentSeen,
  key: string,
  booked: readonly BookedReceipt[],
  ours: ReceiptSeen | undefined,
): string | undefined {
  const dueVnd = Math.min(heldVnd(payment), payment.amount.amount);
  const standing = booked.filter(({ state }) => state === 'issued');
  const [theirs] = standing;
  if (theirs === undefined || standing.length > 1) return `biên lai còn hiệu lực (standing there): ${standing.length}`;
  if (theirs.totalVnd !== dueVnd) return `biên lai (receipt) ${theirs.totalVnd}, đã trả (paid) ${dueVnd}`;
  if (ours === undefined) return 'cổng không giữ (not held by the gateway)';
  if (ours.state !== 'issued' || ours.key !== key) return `cổng (gateway): ${ours.state}, ${ours.key ?? '–'}`;
  return ours.amount.amount === dueVnd ? undefined : `cổng (gateway) ${ours.amount.amount}, đã trả (paid) ${dueVnd}`;
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
