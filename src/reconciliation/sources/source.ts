import type { Direction, StatementFormat } from '../../../contracts/domain/statement.ts';
import type { Decimal } from './decimal.ts';

/**
 * What a file says, part by part in its order. A reader tells what stands there and judges nothing but its own format:
 * whether sums and balances agree is looked at in one place for all of them (`understand.ts`).
 */
export type Told = AccountTold | LineTold | ClosingTold | ProblemTold;

/** A new account or a new statement of one begins. What the format does not say is null. */
export interface AccountTold {
  readonly kind: 'account';
  readonly row: number;
  /** Digits and letters alone. */
  readonly account: string | null;
  /** ISO 4217. */
  readonly currency: string;
  /** Civil days, `YYYY-MM-DD`. */
  readonly from: string | null;
  readonly to: string | null;
  /** Negative where the account is overdrawn. */
  readonly opening: Decimal | null;
  /** Of an archive: which of its files says so, from 1. Each of them is a file of its own. */
  readonly member?: number;
}

/** One entry. */
export interface LineTold {
  readonly kind: 'line';
  /** Where it begins in the file, from 1: a line of text, a row of a sheet. */
  readonly row: number;
  /** The day it was booked, `YYYY-MM-DD`. */
  readonly date: string;
  readonly valueDate: string | null;
  /** Time of day where it is told, `HH:mm:ss`. */
  readonly time: string | null;
  /** As it is printed; null where there is none. */
  readonly documentNumber: string | null;
  readonly direction: Direction;
  /** Never negative: what was printed negative has the other direction and is `reversal`. */
  readonly amount: Decimal;
  /** What the account holds after it, where a column says so. */
  readonly balance: Decimal | null;
  /** Everything that is said of it, as the bank wrote it, pieces joined by one blank. */
  readonly narrative: string;
  /** It takes back an earlier entry. */
  readonly reversal: boolean;
  /** What the other side took of the amount for itself, where it says so. */
  readonly fee: Decimal | null;
  /** Their word for how it stands (an order list), null where an entry is money that moved. */
  readonly status: string | null;
  /** The row as it stands in the file, where the sender is answered row by row. */
  readonly echo?: string;
}

/** The account that began last ends here. */
export interface ClosingTold {
  readonly kind: 'closing';
  readonly row: number;
  readonly closing: Decimal | null;
  /** Totals that the file states, where it does. */
  readonly credits: Decimal | null;
  readonly debits: Decimal | null;
  /** Entries that the file says it has. */
  readonly lines: number | null;
}

/** What cannot be understood: the whole file is refused, with all that was found (up to a bound). */
export interface ProblemTold {
  readonly kind: 'problem';
  /** Row of the file, from 1. */
  readonly row: number;
  /** The column's own name, or null where the whole row is meant. */
  readonly column: string | null;
  /** What is wrong with it, never what stands there. */
  readonly message: string;
}

/** How the first bytes of a file look: enough to tell its format. */
export interface FileHead {
  readonly bytes: Uint8Array;
  /** The same as text, decoded leniently; empty for a binary file. */
  readonly text: string;
}

/** Bytes of the head: a longer preamble than that is none. */
export const HEAD_BYTES = 65_536;

export interface ReadOptions {
  /** The account that the sender of the file names, for formats that do not. */
  readonly account: string | null;
}

/** One layout of files. */
export interface StatementReader {
  readonly format: StatementFormat;
  /** Whose word it is, where that does not follow from the format. */
  readonly side?: 'bank' | 'platform' | 'tax';
  readonly recognises: (head: FileHead) => boolean;
  /**
   * Reads to the end, in constant memory where the format allows it, a group of parts at a time. What is wrong with the
   * file is a `problem`, never an error thrown; it goes on after one where that makes sense.
   */
  readonly read: (file: AsyncIterable<Uint8Array>, options: ReadOptions) => AsyncIterable<readonly Told[]>;
}

export const problemAt = (row: number, column: string | null, message: string): ProblemTold => ({
  ...{ kind: 'problem', row, column, message },
});
