import { newPaymentReference } from '../../contracts/domain/payment-reference.ts';
import { type Random, seededRandom, seedOf } from '../kit/random.ts';
import { apportion, Deck } from '../year/deck.ts';
import { Booker } from './booker.ts';
import { type Entry, type HeldAccount, inOrder, type Ledger, withPurpose } from './entry.ts';
import { cut, mangled, misspelt, type Spelling } from './misspelling.ts';
import { documentPrefixes, drawClass } from './narrative.ts';
import { type FaultKind, faultKinds, findings, type Plant } from './plant.ts';

export interface FaultOptions {
  readonly seed: number;
  /** Planted faults to each payment, all kinds alike. */
  readonly share: number;
  readonly kinds?: readonly FaultKind[];
  /** The same as the ledger's, so that what is booked again is booked on the right day. */
  readonly cutOffMinutes?: number;
}

const DAY_MS = 86_400_000;
/** Đồng to a cent. */
const VND_PER_CENT = 250;

/**
 * The ledger as a bank would have it that makes mistakes, with a record of each. No payment is struck twice. Throws
 * where the ledger has nothing left that a kind could strike.
 */
export function plantFaults(ledger: Ledger, options: FaultOptions): { ledger: Ledger; plants: readonly Plant[] } {
  const { seed, share, kinds = faultKinds, cutOffMinutes = 1_440 } = options;
  const ours = ledger.entries.filter(({ kind }) => kind === 'payment');
  const counts = apportion(
    Math.round(ours.length * share),
    kinds.map(() => 1),
  );
  const spoiler = new Spoiler(ledger, seed, cutOffMinutes);
  const deck = new Deck(counts);
  const order = seededRandom(seedOf(seed, 3));
  const drawn: FaultKind[] = [];
  while (deck.left > 0) drawn.push(kinds[deck.draw(order)] as FaultKind);
  // Those that need several payments of one payer choose first: later, too few are left.
  const sorted = [...drawn.filter((kind) => kind === 'merged'), ...drawn.filter((kind) => kind !== 'merged')];
  const plants = sorted.map((kind) => spoiler.plant(kind));
  return { ledger: { accounts: ledger.accounts, entries: inOrder(spoiler.entries.values()) }, plants };
}

type Planted = Omit<Plant, 'kind' | 'allowed'>;

class Spoiler {
  readonly entries: Map<string, Entry>;
  readonly #accounts: readonly HeldAccount[];
  readonly #random: Random;
  readonly #booker: Booker;
  /** What may still be struck, and of one payer on one account and day. */
  readonly #left: Entry[];
  readonly #groups: Entry[][];
  readonly #struck = new Set<string>();

  constructor({ accounts, entries }: Ledger, seed: number, cutOffMinutes: number) {
    this.entries = new Map(entries.map((entry) => [entry.id, entry]));
    this.#accounts = accounts;
    this.#random = seededRandom(seedOf(seed, 4));
    this.#booker = new Booker({ seed: seedOf(seed, 5), cutOffMinutes, series: 'f' });
    this.#left = shuffled(
      entries.filter(({ kind, spelt }) => kind === 'payment' && spelt !== null),
      this.#random,
    );
    const byPayer = Map.groupBy(
      this.#left,
      ({ account, bookedOn, payerName }) => `${account} ${bookedOn} ${payerName}`,
    );
    this.#groups = [...byPayer.values()].filter(({ length }) => length > 1).map((group) => group.slice(0, 3));
  }

  plant(kind: FaultKind): Plant {
    const planted = this.#acts[kind]();
    return { kind, ...planted, allowed: findings[kind] };
  }

  readonly #acts: Readonly<Record<FaultKind, () => Planted>> = {
    lost: () => {
      const entry = this.#take();
      this.entries.delete(entry.id);
      return about(entry, { entries: [], taken: [entry.id], change: 'not booked', surplusVnd: -entry.amount });
    },
    doubled: () => {
      const entry = this.#take();
      const twin = this.#random.chance(0.5);
      const again = this.#again(entry, { at: entry.at + 60_000 });
      // The very same line again, or the same money under a number of its own.
      const second = twin ? { ...entry, id: again.id } : { ...again, bookedOn: entry.bookedOn };
      this.#put(second);
      const change = twin ? 'the same line twice' : 'booked again under another number';
      return about(entry, { entries: [entry.id, second.id], change, surplusVnd: entry.amount });
    },
    delayed: () => {
      const entry = this.#take();
      const days = this.#random.int(1, 3);
      const at = entry.at + days * DAY_MS;
      this.#put({ ...entry, at, bookedOn: this.#booker.dayOf(at) });
      return about(entry, { change: `booked ${days} days later` });
    },
    merged: () => this.#merge(),
    split: () => {
      const entry = this.#take();
      const part = Math.max(1, Math.floor((entry.amount * this.#random.int(2, 8)) / 10_000) * 1_000);
      const rest = { ...this.#again(entry, { at: entry.at + 90_000, amount: entry.amount - part }) };
      this.#put({ ...entry, amount: part });
      this.#put({ ...rest, bookedOn: entry.bookedOn });
      return about(entry, { entries: [entry.id, rest.id], change: 'booked in two entries' });
    },
    reversed: () => {
      const entry = this.#take();
      const nextDay = this.#random.chance(0.5);
      const back = this.#booker.book({
        ...{ kind: 'reversal', account: this.#account(entry.account), direction: 'debit', amount: entry.amount },
        ...{ purpose: entry.purpose, payerName: entry.payerName, names: entry.names, spelt: entry.spelt },
        ...(entry.channel === null ? {} : { channel: entry.channel }),
        at: entry.at + (nextDay ? DAY_MS : 600_000),
        payments: entry.payments,
        prefix: entry.documentNumber.slice(0, 4),
        narrative: `HUY GD ${entry.documentNumber}.${entry.purpose}`,
      });
      this.#put(nextDay ? back : { ...back, bookedOn: entry.bookedOn });
      const change = `taken back ${nextDay ? 'on the next day' : 'on the same day'}`;
      return about(entry, { entries: [entry.id, back.id], change, surplusVnd: -entry.amount });
    },
    misspelt: () => this.#respell(misspelt),
    cut: () => this.#respell(cut),
    mangled: () => this.#respell(mangled),
    amount: () => {
      const entry = this.#take();
      const step = this.#random.pick([1_000, 1_100, 3_300, 10_000, 50_000]);
      const surplusVnd = entry.amount > step && this.#random.chance(0.7) ? -step : step;
      this.#put({ ...entry, amount: entry.amount + surplusVnd });
      return about(entry, { change: `${surplusVnd} đồng more than was paid`, surplusVnd });
    },
    'wrong-account': () => {
      const entry = this.#take();
      const others = this.#accounts.filter(({ number, currency }) => number !== entry.account && currency === 'VND');
      const account = this.#random.pick(others);
      this.#put({ ...entry, account: account.number });
      return about(entry, { change: 'booked on the account of another unit' });
    },
    unknown: () => {
      const reference = newPaymentReference((count) =>
        Uint8Array.from({ length: count }, () => this.#random.int(0, 255)),
      );
      const like = this.#random.pick(this.#left);
      const amount = this.#random.int(5, 500) * 1_000;
      const entry = this.#booker.book({
        ...{ kind: 'unrelated', account: this.#account(like.account), at: like.at, direction: 'credit', amount },
        ...{ purpose: `Nop phi ${reference}`, names: 'reference', spelt: reference },
        narrativeClass: drawClass(this.#random),
      });
      this.#put(entry);
      const change = 'a reference that nobody gave out';
      return { payments: [], entries: [entry.id], taken: [], change, surplusVnd: amount };
    },
    currency: () => {
      const entry = this.#take();
      const account = this.#random.pick(this.#accounts.filter(({ currency }) => currency !== 'VND'));
      const amount = Math.max(1, Math.round(entry.amount / VND_PER_CENT));
      this.#put({ ...entry, account: account.number, currency: account.currency, amount });
      return about(entry, { change: `booked in ${account.currency}`, surplusVnd: -entry.amount });
    },
  };

  #merge(): Planted {
    for (;;) {
      const group = this.#groups.pop();
      if (group === undefined) throw new RangeError('no payer is left with several payments a day');
      const [first, ...others] = group;
      if (first === undefined || group.some(({ id }) => this.#struck.has(id))) continue;
      for (const { id } of group) this.#struck.add(id);
      const allNamed = this.#random.chance(0.5);
      const spelt = group.map((entry) => entry.spelt).join(' ');
      const named = allNamed ? withPurpose(first, `Nop phi ${spelt}`, spelt) : first;
      const payments = group.flatMap((entry) => entry.payments);
      const amount = group.reduce((sum, entry) => sum + entry.amount, 0);
      this.#put({ ...named, amount, payments, ...(allNamed ? { names: 'reference' } : {}) });
      for (const { id } of others) this.entries.delete(id);
      return {
        ...{ payments, entries: [first.id], taken: others.map(({ id }) => id), surplusVnd: 0 },
        change: `${group.length} in one entry that names ${allNamed ? 'all' : 'the first'}`,
      };
    }
  }

  #respell(respelt: (reference: string, random: Random) => Spelling): Planted {
    const entry = this.#take();
    const [reference = ''] = entry.payments;
    const { text, change } = respelt(reference, this.#random);
    this.#put(withPurpose(entry, entry.purpose.replace(entry.spelt ?? reference, text), text));
    return about(entry, { change });
  }

  /** The same money once more, as another entry. */
  #again(entry: Entry, { at, amount = entry.amount }: { at: number; amount?: number }): Entry {
    const narrativeClass = entry.narrativeClass ?? 2;
    return this.#booker.book({
      ...{ kind: 'payment', account: this.#account(entry.account), at, direction: 'credit', amount, narrativeClass },
      ...{ purpose: entry.purpose, payerName: entry.payerName, payments: entry.payments, names: entry.names },
      ...(entry.channel === null ? {} : { channel: entry.channel }),
      spelt: entry.spelt,
      prefix: this.#random.pick(documentPrefixes[narrativeClass]),
    });
  }

  #take(): Entry {
    for (;;) {
      const entry = this.#left.pop();
      if (entry === undefined) throw new RangeError('no payment is left to strike');
      if (this.#struck.has(entry.id)) continue;
      this.#struck.add(entry.id);
      return entry;
    }
  }

  #put(entry: Entry): void {
    this.entries.set(entry.id, entry);
  }

  #account(number: string): HeldAccount {
    const account = this.#accounts.find((candidate) => candidate.number === number);
    if (account === undefined) throw new RangeError('an entry is on no account');
    return account;
  }
}

function about(entry: Entry, told: Partial<Planted> & { change: string }): Planted {
  return { payments: entry.payments, entries: [entry.id], taken: [], surplusVnd: 0, ...told };
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const order = items.map((item) => ({ item, place: random.next() }));
  return order.sort((left, right) => left.place - right.place).map(({ item }) => item);
}
