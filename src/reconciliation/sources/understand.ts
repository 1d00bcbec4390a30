import type { Direction } from '../../../contracts/domain/statement.ts';
import { type Decimal, decimalText, isOf, wholeVnd } from './decimal.ts';
import { type AccountTold, type ClosingTold, type LineTold, type ProblemTold, problemAt, type Told } from './source.ts';

/** Problems that are told of one file: with more of them it is the wrong file. */
const MOST_PROBLEMS = 100;

/** One entry, understood: with its place in the file and its account. */
export interface UnderstoodLine {
  /** The ordinal of the entry in the file, from 1. */
  readonly number: number;
  /** Of an archive: which of its files has it, from 1; else 0. */
  readonly part: number;
  readonly row: number;
  readonly account: string;
  readonly currency: string;
  readonly date: string;
  readonly time: string | null;
  readonly documentNumber: string | null;
  readonly direction: Direction;
  /** Whole đồng; null in another currency. */
  readonly amountVnd: number | null;
  /** As a decimal string in its currency. */
  readonly amount: string;
  readonly narrative: string;
  readonly reversal: boolean;
  readonly feeVnd: number | null;
  readonly status: string | null;
  /** The row as it stands, where an answer has to repeat it. */
  readonly echo?: string;
}

/** What one account of a file comes to. */
export interface AccountUnderstood {
  readonly account: string;
  readonly currency: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly opening: Decimal | null;
  readonly closing: Decimal | null;
  readonly credits: Decimal;
  readonly debits: Decimal;
  readonly lines: number;
}

export interface Understanding {
  readonly accounts: readonly AccountUnderstood[];
  readonly lines: number;
  /** With any of them the file is refused. */
  readonly problems: readonly ProblemTold[];
}

/** Running balance by one order of the lines: banks print the oldest first or the newest. */
interface Order {
  known: Decimal | null;
  /** The row where it first did not follow. */
  brokenAt: number | null;
}

interface Account {
  readonly told: AccountTold;
  readonly account: string;
  readonly forward: Order;
  readonly backward: Order;
  credits: Decimal;
  debits: Decimal;
  lines: number;
  first: string | null;
  last: string | null;
  /** The balance beside the first line in the file and beside the last. */
  firstBalance: Decimal | null;
}

/** Entries of SWIFT that the bank expects, and has not booked. */
const ANNOUNCED: ReadonlySet<string> = new Set(['EC', 'ED']);

/** How a file with these parts is looked at, part by part as it is read. */
export interface Understander {
  /** The entries among these parts that can be understood. */
  take(told: readonly Told[]): UnderstoodLine[];
  /** So much is wrong already that there is no use in reading on. */
  readonly isHopeless: boolean;
  /** What the whole comes to; called once, at the end. */
  end(): Understanding;
}

/**
 * Judges what a file says, whatever its format: opening + credits - debits = closing, line by line where a balance stands
 * beside the lines, stated totals and counts, amounts that the currency has, days, accounts. Memory does not grow with the
 * file. `expected`: the account that the sender names.
 */
export function createUnderstander(options: { readonly expected: string | null }): Understander {
  const problems: ProblemTold[] = [];
  const accounts: AccountUnderstood[] = [];
  let current: Account | undefined;
  let lines = 0;
  let lastRow = 1;

  const wrong = (row: number, column: string | null, message: string): void => {
    if (problems.length < MOST_PROBLEMS) problems.push(problemAt(row, column, message));
  };

  function begin(told: AccountTold): void {
    if (current !== undefined) close(null, told.row);
    const account = told.account ?? options.expected;
    if (account === null) wrong(told.row, 'account', 'names no account: say which one with `account`');
    else if (options.expected !== null && account !== options.expected)
      wrong(told.row, 'account', 'is another account than the one that was named');
    if (told.from !== null && told.to !== null && told.from > told.to)
      wrong(told.row, 'from', 'is a period that ends before it begins');
    if (told.opening !== null && !isOf(told.currency, told.opening))
      wrong(told.row, 'opening balance', `is no amount of ${told.currency}`);
    current = {
      ...{ told, account: account ?? '' },
      forward: { known: told.opening, brokenAt: null },
      backward: { known: null, brokenAt: null },
      ...{ credits: 0n, debits: 0n, lines: 0, first: null, last: null, firstBalance: null },
    };
  }

  function line(told: LineTold): UnderstoodLine | undefined {
    lastRow = told.row;
    if (current === undefined) {
      wrong(told.row, null, 'is an entry outside of any account');
      return undefined;
    }
    const { currency, opening } = current.told;
    const announced = ANNOUNCED.has(told.status ?? '');
    // What is announced is not booked: no balance holds it. Only sums of a day that is not over may.
    if (announced && opening !== null) return undefined;
    if (!announced) lines += 1;
    current.lines += 1;
    if (told.amount < 0n) wrong(told.row, 'amount', 'is negative');
    if (!isOf(currency, told.amount)) wrong(told.row, 'amount', `is no amount of ${currency}`);
    if (told.direction === 'credit') current.credits += told.amount;
    else current.debits += told.amount;
    current.first = current.first === null || told.date < current.first ? told.date : current.first;
    current.last = current.last === null || told.date > current.last ? told.date : current.last;
    follow(current, told);
    if (announced) return undefined;
    const vnd = currency === 'VND' ? wholeVnd(told.amount) : undefined;
    if (currency === 'VND' && vnd === undefined && isOf(currency, told.amount))
      wrong(told.row, 'amount', 'is larger than any amount of money');
    return {
      ...{ number: lines, part: current.told.member ?? 0, row: told.row, account: current.account, currency },
      ...{ date: told.date, time: told.time },
      ...{ documentNumber: told.documentNumber, direction: told.direction, narrative: told.narrative },
      ...{ amountVnd: vnd ?? null, amount: decimalText(told.amount, currency), reversal: told.reversal },
      ...{ feeVnd: told.fee === null ? null : (wholeVnd(told.fee) ?? null), status: told.status },
      ...(told.echo === undefined ? {} : { echo: told.echo }),
    };
  }

  function close(told: ClosingTold | null, row: number): void {
    if (current === undefined) {
      wrong(row, null, 'is a closing balance of no account');
      return;
    }
    const { told: head, forward, backward, credits, debits, firstBalance } = current;
    const { opening, currency } = head;
    const closing = told?.closing ?? null;
    if (closing !== null && !isOf(currency, closing)) wrong(row, 'closing balance', `is no amount of ${currency}`);
    if (opening !== null && closing !== null && opening + credits - debits !== closing)
      wrong(row, 'closing balance', 'is not the opening balance plus credits minus debits');
    if (told?.credits != null && told.credits !== credits) wrong(row, 'credits', 'are not the sum of the entries');
    if (told?.debits != null && told.debits !== debits) wrong(row, 'debits', 'are not the sum of the entries');
    if (told?.lines != null && told.lines !== current.lines)
      wrong(row, null, `says that there are ${told.lines} entries: ${current.lines} are`);
    // Newest first: what the last line of the file began from is the opening balance, the first line's the closing one.
    if (opening !== null && backward.known !== null && backward.known !== opening) backward.brokenAt ??= row;
    if (closing !== null && firstBalance !== null && firstBalance !== closing) backward.brokenAt ??= row;
    if (closing !== null && forward.known !== null && firstBalance !== null && forward.known !== closing)
      forward.brokenAt ??= row;
    if (forward.brokenAt !== null && backward.brokenAt !== null)
      wrong(Math.max(forward.brokenAt, backward.brokenAt), 'balance', 'does not follow from the balance before it');
    note({
      ...{ account: current.account, currency, opening, closing, credits, debits, lines: current.lines },
      ...{ from: head.from ?? current.first, to: head.to ?? current.last },
    });
    current = undefined;
  }

  /** Statements of one account that follow each other are one: day after day, or entries of accounts in turns without balances. */
  function note(account: AccountUnderstood): void {
    const at = accounts.findLastIndex((each) => isSame(each, account));
    const before = accounts[at];
    if (before === undefined || !follows(before, account)) return void accounts.push(account);
    const days = [before.from, before.to, account.from, account.to].filter((day) => day !== null).sort();
    accounts[at] = {
      ...{ ...before, from: days[0] ?? null, to: days.at(-1) ?? null, closing: account.closing },
      ...{ credits: before.credits + account.credits, debits: before.debits + account.debits },
      lines: before.lines + account.lines,
    };
  }

  return {
    get isHopeless() {
      return problems.length >= MOST_PROBLEMS;
    },
    take(told) {
      const understood: UnderstoodLine[] = [];
      for (const each of told) {
        if (each.kind === 'problem') wrong(each.row, each.column, each.message);
        else if (each.kind === 'account') begin(each);
        else if (each.kind === 'closing') close(each, each.row);
        else {
          const one = line(each);
          if (one !== undefined) understood.push(one);
        }
      }
      return understood;
    },
    end() {
      if (current !== undefined) close(null, lastRow);
      if (accounts.length === 0 && problems.length === 0) wrong(1, null, 'holds no statement of an account');
      return { accounts, lines, problems };
    },
  };
}

const isSame = (one: AccountUnderstood, other: AccountUnderstood): boolean =>
  one.account === other.account && one.currency === other.currency;

const follows = (before: AccountUnderstood, next: AccountUnderstood): boolean =>
  before.closing === null
    ? before.opening === null && next.opening === null && next.closing === null
    : before.closing === next.opening && (before.to === null || next.from === null || before.to <= next.from);

/** Both orders are followed as long as each holds; the file is wrong where neither does. */
function follow(account: Account, { row, direction, amount, balance }: LineTold): void {
  const { forward, backward } = account;
  const moved = direction === 'credit' ? amount : -amount;
  if (balance === null) {
    if (forward.known !== null) forward.known += moved;
    backward.known = null;
    return;
  }
  if (account.firstBalance === null) account.firstBalance = balance;
  if (forward.known !== null && forward.known + moved !== balance) forward.brokenAt ??= row;
  forward.known = balance;
  if (backward.known !== null && backward.known !== balance) backward.brokenAt ??= row;
  backward.known = balance - moved;
}
