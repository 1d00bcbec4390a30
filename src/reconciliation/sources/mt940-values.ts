import type { Direction } from '../../../contracts/domain/statement.ts';
import { civilDay } from './civil-day.ts';
import { type Decimal, decimal } from './decimal.ts';

/** What the first line of `:61:` says. */
export interface StatementLine {
  readonly date: string;
  readonly valueDate: string;
  readonly direction: Direction;
  readonly reversal: boolean;
  /** `EC` and `ED` are announced, not booked. */
  readonly status: string | null;
  readonly amount: Decimal;
  readonly documentNumber: string | null;
}

const LINE = /^(\d{6})(\d{4}| {4})?([RE]?[CD])([A-Z])?(\d[\d,]*)(.*)$/is;
/** Words that stand where a reference would and say that there is none, or that it is in `:86:`. */
const NO_REFERENCE = new Set(['', 'NONREF', 'NOREF', 'EREF', 'MARF', 'PREF', 'KREF', 'KREF+']);

/** The line, or what is wrong with it. */
export function statementLine(text: string): StatementLine | string {
  const [whole, value = '', entry = '', mark = '', , digits = '', rest = ''] = LINE.exec(text) ?? [];
  if (whole === undefined) return 'does not begin with a value date, C or D, and an amount';
  const valueDate = shortDay(value);
  if (valueDate === undefined) return 'has a value date that is none';
  const date = entry.trim() === '' ? valueDate : entryDay(entry, valueDate);
  if (date === undefined) return 'has an entry date that is none, or is far from its value date';
  const amount = commaAmount(digits);
  if (amount === undefined) return 'has an amount that is none';
  if (rest !== '' && !/^[A-Z][A-Z0-9 ]{3}/i.test(rest)) return 'has no transaction type after its amount';
  const reference = rest.slice(4);
  const slashes = reference.indexOf('//');
  const customer = referenceOf(slashes < 0 ? reference : reference.slice(0, slashes));
  const bank = slashes < 0 ? null : referenceOf(reference.slice(slashes + 2));
  const kind = mark.toUpperCase();
  const reversal = kind.startsWith('R');
  return {
    date,
    valueDate,
    direction: kind.endsWith('C') === reversal ? 'debit' : 'credit',
    reversal,
    status: kind.startsWith('E') ? kind : null,
    amount,
    documentNumber: bank ?? customer,
  };
}

function referenceOf(text: string): string | null {
  const reference = text.trim();
  return NO_REFERENCE.has(reference.toUpperCase()) ? null : reference;
}

export interface Balance {
  readonly currency: string;
  /** Negative where the mark is D. */
  readonly amount: Decimal;
}

/** What `:60F:`, `:60M:`, `:62F:` and `:62M:` say, or what is wrong with it. */
export function balanceOf(text: string): Balance | string {
  const [whole, mark = '', day = '', currency = '', digits = ''] =
    /^([CD])(\d{6})([A-Z]{3})(\d[\d,]*)$/i.exec(text.trim()) ?? [];
  if (whole === undefined) return 'is not C or D, a date, a currency and an amount';
  if (shortDay(day) === undefined) return 'has a date that is none';
  const amount = commaAmount(digits);
  if (amount === undefined) return 'has an amount that is none';
  return { currency: currency.toUpperCase(), amount: /d/i.test(mark) ? -amount : amount };
}

export interface Sum {
  readonly count: number;
  readonly currency: string;
  readonly amount: Decimal;
}

/** What `:90C:` and `:90D:` say, or what is wrong with it. */
export function sumOf(text: string): Sum | string {
  const [whole, count = '', currency = '', digits = ''] = /^(\d{1,9})([A-Z]{3})(\d[\d,]*)$/i.exec(text.trim()) ?? [];
  if (whole === undefined) return 'is not a number, a currency and an amount';
  const amount = commaAmount(digits);
  if (amount === undefined) return 'has an amount that is none';
  return { count: Number(count), currency: currency.toUpperCase(), amount };
}

/** Account of `:25:`: what stands before it (a bank's code) and behind it (a currency) is taken off. Empty where there is none. */
export function accountOf(text: string, currency: string): string {
  const pieces = text
    .split('/')
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
  if (pieces.length > 1 && /^[A-Z]{3}$/i.test(pieces.at(-1) ?? '')) pieces.pop();
  const account = (pieces.at(-1) ?? '').replace(/[^\p{L}\p{N}]/gu, '').toUpperCase();
  return account.length > currency.length && account.endsWith(currency) ? account.slice(0, -currency.length) : account;
}

function commaAmount(digits: string): Decimal | undefined {
  return /^\d+(?:,\d*)?$/.test(digits) ? decimal(digits.replace(',', '.')) : undefined;
}

/** YYMMDD; the standard's own turn of the century is at 80. */
function shortDay(digits: string): string | undefined {
  const year = Number(digits.slice(0, 2));
  return civilDay(year + (year >= 80 ? 1900 : 2000), Number(digits.slice(2, 4)), Number(digits.slice(4, 6)));
}

const HALF_A_YEAR_MS = 183 * 86_400_000;

/** MMDD in the year that brings it next to the value date: at the turn of a year they stand in two. */
function entryDay(digits: string, valueDate: string): string | undefined {
  const year = Number(valueDate.slice(0, 4));
  return [year, year - 1, year + 1]
    .map((each) => civilDay(each, Number(digits.slice(0, 2)), Number(digits.slice(2, 4))))
    .find((day) => day !== undefined && Math.abs(Date.parse(day) - Date.parse(valueDate)) <= HALF_A_YEAR_MS);
}
