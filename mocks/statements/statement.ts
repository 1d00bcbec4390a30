import type { Entry, HeldAccount, Ledger } from './entry.ts';

export interface StatementLine extends Entry {
  /** What the account holds after it. */
  readonly balance: number;
}

/** One account over some days, both included: what every writer writes. */
export interface AccountStatement {
  readonly account: HeldAccount;
  /** `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  readonly opening: number;
  readonly closing: number;
  readonly credits: number;
  readonly debits: number;
  readonly lines: readonly StatementLine[];
}

export interface Period {
  readonly from: string;
  readonly to: string;
  /** All unless told. */
  readonly accounts?: readonly string[];
}

/** What the bank says of its accounts, in the order of the ledger's accounts; an account without movement too. */
export function statementsOf(
  { accounts, entries }: Ledger,
  { from, to, accounts: wanted }: Period,
): AccountStatement[] {
  const asked = accounts.filter(({ number }) => wanted === undefined || wanted.includes(number));
  return asked.map((account) => {
    const own = entries.filter((entry) => entry.account === account.number && entry.bookedOn <= to);
    let balance = own.filter(({ bookedOn }) => bookedOn < from).reduce(moved, account.opening);
    const opening = balance;
    const lines = own
      .filter(({ bookedOn }) => bookedOn >= from)
      .map((entry) => {
        balance = moved(balance, entry);
        return { ...entry, balance };
      });
    const sum = (direction: Entry['direction']) =>
      lines.reduce((total, line) => total + (line.direction === direction ? line.amount : 0), 0);
    return { account, from, to, opening, closing: balance, credits: sum('credit'), debits: sum('debit'), lines };
  });
}

const moved = (balance: number, { direction, amount }: Entry): number =>
  direction === 'credit' ? balance + amount : balance - amount;
