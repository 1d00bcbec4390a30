import { seededRandom, seedOf } from '../kit/random.ts';
import { arrivingPurpose, documentPrefix, narrativeOf, newReferenceCode } from './narratives.ts';
import { soundTransfer, type Transfer } from './transfers.ts';

/** A line of an account's statement. */
export interface AccountRow {
  readonly accountNumber: string;
  readonly direction: 'in' | 'out';
  readonly amountVnd: number;
  readonly balanceVnd: number;
  readonly at: number;
  /** `dddd - ddddd`: not unique, not even within a day (WIRE-2 6.3). */
  readonly documentNumber: string;
  readonly referenceCode: string;
  readonly narrative: string;
  /** The payer's words as they arrived. */
  readonly purpose: string;
}

export interface Account {
  readonly accountNumber: string;
  readonly openingVnd: number;
  readonly rows: readonly AccountRow[];
}

export interface AccountTotals {
  readonly openingVnd: number;
  readonly creditVnd: number;
  readonly debitVnd: number;
  readonly balanceVnd: number;
  readonly credits: number;
  readonly debits: number;
}

export function accountTotals({ openingVnd, rows }: Account): AccountTotals {
  const of = (direction: 'in' | 'out') => rows.filter((row) => row.direction === direction);
  const sum = (some: readonly AccountRow[]): number => some.reduce((total, { amountVnd }) => total + amountVnd, 0);
  const [credits, debits] = [of('in'), of('out')];
  const [creditVnd, debitVnd] = [sum(credits), sum(debits)];
  return {
    openingVnd,
    creditVnd,
    debitVnd,
    balanceVnd: openingVnd + creditVnd - debitVnd,
    credits: credits.length,
    debits: debits.length,
  };
}

/** Every account that money came into or went out of, to the đồng. */
export class Bank {
  readonly #clock: () => number;
  readonly #seed: number;
  readonly #accounts = new Map<string, { accountNumber: string; openingVnd: number; rows: AccountRow[] }>();
  #rows = 0;

  constructor(clock: () => number, seed: number) {
    this.#clock = clock;
    this.#seed = seed;
  }

  get(accountNumber: string): Account | undefined {
    return this.#accounts.get(accountNumber);
  }

  all(): Account[] {
    return [...this.#accounts.values()];
  }

  holds(row: AccountRow): boolean {
    return this.#accounts.get(row.accountNumber)?.rows.includes(row) ?? false;
  }

  /** Books it; an account that is not known begins with `openingVnd`. */
  book(transfer: Transfer, openingVnd: number): AccountRow {
    const { accountNumber, amountVnd, direction = 'in' } = soundTransfer(transfer);
    const account = this.#accounts.get(accountNumber) ?? { accountNumber, openingVnd, rows: [] };
    const before = account.rows.at(-1)?.balanceVnd ?? account.openingVnd;
    const balanceVnd = direction === 'in' ? before + amountVnd : before - amountVnd;
    if (balanceVnd < 0) throw new TypeError(`${accountNumber} has only ${before}`);
    this.#rows += 1;
    const at = this.#clock();
    const sequence = String(10_000 + (this.#rows % 90_000));
    const made = { at, sequence, random: seededRandom(seedOf(this.#seed, this.#rows)) };
    const row: AccountRow = {
      accountNumber,
      direction,
      amountVnd,
      balanceVnd,
      at,
      documentNumber: transfer.documentNumber ?? `${documentPrefix(transfer)} - ${sequence}`,
      narrative: narrativeOf(transfer, made),
      referenceCode: transfer.referenceCode ?? newReferenceCode(made),
      purpose: arrivingPurpose(transfer),
    };
    account.rows.push(row);
    this.#accounts.set(accountNumber, account);
    return row;
  }

  clear(): void {
    this.#accounts.clear();
    this.#rows = 0;
  }
}
