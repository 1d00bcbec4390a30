import { dayAfter } from './entry.ts';
import { bare, utf8 } from './printed.ts';
import type { AccountStatement, StatementLine } from './statement.ts';

export interface Mt940Options {
  /** Entries to a message; what is more goes on in the next one of the sequence. */
  readonly entriesPerMessage?: number;
}

/** Characters of a line of field 86, and how many lines it has. */
const WIDTH = 65;
const MOST_LINES = 6;

/**
 * A message (or a sequence of them) for each account and day, as SWIFT defines them; how Vietcombank fills fields 61
 * and 86 is not published and assumed here.
 */
export function writeMt940(statements: readonly AccountStatement[], options: Mt940Options = {}): Uint8Array {
  const { entriesPerMessage = 40 } = options;
  const messages = statements.flatMap((statement) =>
    daysOf(statement).flatMap((day) => sequenceOf(statement, day, entriesPerMessage)),
  );
  return utf8(messages.map((lines) => `${lines.join('\r\n')}\r\n-\r\n`).join(''));
}

interface Day {
  readonly date: string;
  readonly opening: number;
  readonly closing: number;
  readonly lines: readonly StatementLine[];
}

function daysOf({ from, to, opening, lines }: AccountStatement): Day[] {
  const days: Day[] = [];
  const byDate = Map.groupBy(lines, ({ bookedOn }) => bookedOn);
  let balance = opening;
  for (let date = from; date <= to; date = dayAfter(date)) {
    const own = byDate.get(date) ?? [];
    const closing = own.at(-1)?.balance ?? balance;
    days.push({ date, opening: balance, closing, lines: own });
    balance = closing;
  }
  return days;
}

function sequenceOf({ account }: AccountStatement, day: Day, size: number): string[][] {
  const { currency, number } = account;
  const count = Math.max(1, Math.ceil(day.lines.length / size));
  const statementNumber = String((Date.parse(day.date) - Date.parse(`${day.date.slice(0, 4)}-01-01`)) / 86_400_000 + 1);
  let balance = day.opening;
  return Array.from({ length: count }, (_, at) => {
    const lines = day.lines.slice(at * size, (at + 1) * size);
    const opening = balance;
    balance = lines.at(-1)?.balance ?? balance;
    const shown = (tag: string, amount: number) =>
      `:${tag}:${amount < 0 ? 'D' : 'C'}${shortDate(day.date)}${currency}${withComma(Math.abs(amount), currency)}`;
    return [
      `:20:${number.slice(-6)}${shortDate(day.date)}${String(at + 1).padStart(2, '0')}`,
      `:25:${number}`,
      `:28C:${statementNumber.padStart(3, '0')}/${String(at + 1).padStart(3, '0')}`,
      shown(at === 0 ? '60F' : '60M', opening),
      ...lines.flatMap(entryLines),
      shown(at === count - 1 ? '62F' : '62M', balance),
    ];
  });
}

function entryLines(line: StatementLine): string[] {
  const { bookedOn, direction, kind, amount, currency, documentNumber, narrative } = line;
  const back = kind === 'reversal';
  // A credit that is taken back is RC, though money goes out.
  const mark = back ? (direction === 'debit' ? 'RC' : 'RD') : direction === 'debit' ? 'D' : 'C';
  const dates = `${shortDate(bookedOn)}${bookedOn.slice(5).replace('-', '')}`;
  const details = wrapped(swift(narrative));
  const [first = '', ...rest] = details;
  return [
    `:61:${dates}${mark}${withComma(amount, currency)}NTRFNONREF//${documentNumber.slice(0, 16)}`,
    `:86:${first}`,
    ...rest,
  ];
}

const shortDate = (date: string): string => date.slice(2).replaceAll('-', '');

/** The comma always stands, with what follows it or without. */
const withComma = (amount: number, currency: StatementLine['currency']): string =>
  currency === 'VND' ? `${amount},` : bare(amount, currency, ',');

/** SWIFT's set X knows fewer characters than the bank. */
const swift = (text: string): string => text.replace(/[^A-Za-z0-9/\-?:().,'+ ]/g, '.');

/** No further line begins like a field or the end of a message. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > WIDTH && lines.length < MOST_LINES - 1) {
    let width = WIDTH;
    while (/[:-]/.test(rest[width] ?? '')) width -= 1;
    lines.push(rest.slice(0, width));
    rest = rest.slice(width);
  }
  return [...lines, rest.slice(0, WIDTH)];
}
