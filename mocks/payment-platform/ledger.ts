import { randomUUID } from 'node:crypto';

/** Money really taken from a payer, once. */
export interface Charge {
  /** MaGiaoDich. */
  readonly number: string;
  readonly amountVnd: number;
  readonly at: number;
}

/** `open`: the page stands and nothing was done on it. `pending`: the platform does not know the end (TrangThaiGD 3). */
export type Status = 'open' | 'pending' | 'paid' | 'failed' | 'cancelled';

export interface Transaction {
  /** MaThamChieu, or the MaTraCuuTT of a bill. */
  readonly reference: string;
  readonly bornOf: 'init' | 'bill';
  readonly amountVnd: number;
  /** ThoiGianGD of INIT as it was written; a bill has none. */
  readonly initTime: string | undefined;
  readonly purpose: string;
  readonly bank: string;
  /** Last part of the page's address. */
  readonly token: string;
  readonly createdAt: number;
  expiresAt: number;
  status: Status;
  /** MaLoi of the notice about its end; empty while there is none. */
  code: string;
  /** When it failed or was cancelled. */
  endedAt: number | undefined;
  readonly charges: Charge[];
  /** INITs refused because this one exists. */
  duplicatesRefused: number;
  /** Two INITs for it were open at once. */
  overlaps: number;
  billsGiven: number;
}

export type NewTransaction = Pick<
  Transaction,
  'reference' | 'bornOf' | 'amountVnd' | 'initTime' | 'purpose' | 'bank' | 'expiresAt'
>;

export interface Totals {
  readonly transactions: number;
  readonly inits: number;
  readonly billsLookedUp: number;
  readonly byStatus: Readonly<Partial<Record<Status, number>>>;
  /** Transactions from which money was taken at all. */
  readonly paid: number;
  readonly charges: number;
  readonly askedVnd: number;
  readonly takenVnd: number;
  readonly duplicatesRefused: number;
  /** References charged more than once. */
  readonly chargedTwice: readonly string[];
  /** References of which another amount was taken than was asked, in all. */
  readonly otherAmount: readonly string[];
}

export const takenVnd = ({ charges }: Transaction): number =>
  charges.reduce((sum, { amountVnd }) => sum + amountVnd, 0);

/** Every transaction and every đồng taken, for a test to compare with what was asked. */
export class Ledger {
  readonly #clock: () => number;
  readonly #held = new Map<string, Transaction>();
  readonly #byToken = new Map<string, Transaction>();
  #charges = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get(reference: string): Transaction | undefined {
    return this.#held.get(reference);
  }

  byToken(token: string): Transaction | undefined {
    return this.#byToken.get(token);
  }

  all(): Transaction[] {
    return [...this.#held.values()];
  }

  /** Throws where the reference exists: whoever adds has looked before. */
  add(what: NewTransaction): Transaction {
    if (this.#held.has(what.reference)) throw new TypeError(`exists: ${what.reference}`);
    const made: Transaction = {
      ...what,
      token: randomUUID(),
      createdAt: this.#clock(),
      status: 'open',
      code: '',
      endedAt: undefined,
      charges: [],
      duplicatesRefused: 0,
      overlaps: 0,
      billsGiven: 0,
    };
    this.#held.set(made.reference, made);
    this.#byToken.set(made.token, made);
    return made;
  }

  charge(transaction: Transaction, amountVnd: number): Charge {
    this.#charges += 1;
    const at = this.#clock();
    const number = `G22.99.3-${platformTime(at).slice(2, 8)}${String(this.#charges).padStart(6, '0')}`;
    const charge = { number, amountVnd, at };
    transaction.charges.push(charge);
    return charge;
  }

  totals(): Totals {
    const all = this.all();
    const sum = (of: (each: Transaction) => number): number => all.reduce((total, each) => total + of(each), 0);
    const references = (which: (each: Transaction) => boolean): string[] =>
      all.filter(which).map(({ reference }) => reference);
    const byStatus: Partial<Record<Status, number>> = {};
    for (const { status } of all) byStatus[status] = (byStatus[status] ?? 0) + 1;
    return {
      transactions: all.length,
      inits: sum(({ bornOf }) => (bornOf === 'init' ? 1 : 0)),
      billsLookedUp: sum(({ bornOf }) => (bornOf === 'bill' ? 1 : 0)),
      byStatus,
      paid: sum(({ charges }) => (charges.length > 0 ? 1 : 0)),
      charges: sum(({ charges }) => charges.length),
      askedVnd: sum(({ amountVnd }) => amountVnd),
      takenVnd: sum(takenVnd),
      duplicatesRefused: sum(({ duplicatesRefused }) => duplicatesRefused),
      chargedTwice: references(({ charges }) => charges.length > 1),
      otherAmount: references((each) => each.charges.length > 0 && takenVnd(each) !== each.amountVnd),
    };
  }

  clear(): void {
    this.#held.clear();
    this.#byToken.clear();
    this.#charges = 0;
  }
}

/** yyyyMMddHHmmss in Vietnam. */
export const platformTime = (at: number): string =>
  new Date(at + 7 * 3_600_000).toISOString().slice(0, 19).replace(/\D/g, '');
