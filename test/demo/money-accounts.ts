import type { Opened, PaymentSeen } from './asked.ts';
import type { Books, Door } from './cashiers.ts';

/** The money of one door, seen from both sides. */
export interface DoorAccounts {
  asked: number;
  askedVnd: number;
  /** By how each stands; one that is uncertain counts under its reason alone. */
  readonly states: Record<string, number>;
  readonly doubts: Record<string, number>;
  withSurplus: number;
  /** By their books. */
  takenVnd: number;
  /** By the gateway's facts. */
  heldVnd: number;
  surplusVnd: number;
  /** Charged a second time, which no answer of theirs can tell. */
  untoldVnd: number;
  /** Came with a purpose that names no payment. */
  namelessVnd: number;
  /** How often the other side was asked to open one of these. */
  inits: number;
  /** Dues for which that was asked more than once. */
  openedTwice: number;
}
export interface MoneyAccounts {
  readonly byDoor: ReadonlyMap<Door, DoorAccounts>;
  readonly payments: number;
  readonly agreeing: number;
  readonly differing: readonly { readonly reference: string; readonly why: string }[];
  /** What the gateway refused to open, in its words. */
  readonly refused: readonly string[];
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** Payment by payment; what moved and belongs to none is a difference too, unless its purpose was spoilt by its payer. */
export function compareMoney(
  opened: readonly Opened[],
  payments: readonly PaymentSeen[],
  { taken, credits }: Books,
  refused: readonly string[],
): MoneyAccounts {
  const seen = new Map(payments.map((payment) => [payment.reference, payment]));
  const charged = new Map(taken.map((entry) => [entry.reference, entry]));
  const credited = new Map(credits.map(({ bankReference, amountVnd }) => [bankReference, amountVnd]));
  const byDoor = new Map<Door, DoorAccounts>();
  const differing: { reference: string; why: string }[] = [];
  const dues = new Map<string, number>();
  for (const { ask, payment, sent } of opened) {
    const { reference } = payment;
    const of = byDoor.get(ask.door) ?? nothing();
    byDoor.set(ask.door, of);
    const ours = seen.get(reference);
    of.asked++;
    of.askedVnd += payment.amount.amount;
    if (ours === undefined) {
      differing.push({ reference, why: 'cổng không giữ (not held by the gateway)' });
      continue;
    }
    const kept = ours.uncertainBecause === null ? of.states : of.doubts;
    const word = ours.uncertainBecause ?? ours.state;
    kept[word] = (kept[word] ?? 0) + 1;
    const held = heldVnd(ours);
    const theirs = charged.get(reference);
    const charges = theirs?.charges ?? takenOff(credited, sent);
    const theirVnd = sum(charges);
    const nameless = ask.door === 'vietqr' && ask.story === 'unreadable';
    of.takenVnd += theirVnd;
    of.heldVnd += held;
    if (ours.surplus !== null) {
      of.withSurplus++;
      of.surplusVnd += ours.surplus.amount;
    }
    of.inits += theirs?.asked ?? 0;
    const times = (dues.get(ask.dossier) ?? 0) + (theirs?.asked ?? 1);
    dues.set(ask.dossier, times);
    if (times > 1) of.openedTwice++;
    // An order of this door has one id and one amount, the last: its answers have no place for a second charge.
    if (ask.door === 'vietcombank' && charges.length > 1 && held === charges.at(-1)) of.untoldVnd += theirVnd - held;
    else if (nameless && held === 0) of.namelessVnd += theirVnd;
    else if (held !== theirVnd)
      differing.push({
        reference,
        why: `${ask.door}, ${ask.story}: bên kia thu (taken) ${theirVnd}, cổng biết (known) ${held}; ${ours.state}, ${ours.uncertainBecause ?? '–'}`,
      });
  }
  for (const [bankReference, amount] of credited)
    differing.push({ reference: bankReference, why: `không ai gửi (sent by nobody): ${amount}` });
  const known = new Set(opened.map(({ payment }) => payment.reference));
  for (const { reference } of [...taken, ...payments])
    if (!known.has(reference)) differing.push({ reference, why: 'không ai yêu cầu (asked for by nobody)' });
  const agreeing = opened.filter(
    ({ payment }) => !differing.some(({ reference }) => reference === payment.reference),
  ).length;
  return { byDoor, payments: opened.length, agreeing, differing, refused };
}

/** Every đồng accounted for, and no due opened twice. */
export const isMoneySound = ({ differing, refused, byDoor }: MoneyAccounts): boolean =>
  differing.length === 0 && refused.length === 0 && [...byDoor.values()].every(({ openedTwice }) => openedTwice === 0);

/** As the bank booked them; each is taken off the books. */
function takenOff(credited: Map<string, number>, sent: readonly string[]): number[] {
  return sent.flatMap((bankReference) => {
    const amount = credited.get(bankReference);
    credited.delete(bankReference);
    return amount === undefined ? [] : [amount];
  });
}

/** What the facts come to. One told without an amount stands for what was asked until another tells it. */
export function heldVnd({ facts, amount }: PaymentSeen): number {
  const came = new Map<string, number>();
  for (const { kind, id, transaction, amount: told } of facts) {
    if (kind !== 'paid' && kind !== 'under-review') continue;
    const key = transaction ?? id;
    if (told !== null || !came.has(key)) came.set(key, told?.amount ?? amount.amount);
  }
  return sum([...came.values()]);
}

const nothing = (): DoorAccounts => ({
  ...{ asked: 0, askedVnd: 0, states: {}, doubts: {}, withSurplus: 0, takenVnd: 0, heldVnd: 0 },
  ...{ surplusVnd: 0, inits: 0, untoldVnd: 0, namelessVnd: 0, openedTwice: 0 },
});
