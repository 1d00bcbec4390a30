import { folded } from '../../../contracts/domain/text.ts';
import type { Row } from './cells.ts';
import { dayIn } from './dates.ts';

/** What the blocks above and below a table say, each as it is printed but folded; what is not said is not there. */
export interface Labelled {
  readonly account?: string;
  /** Three capital letters. */
  readonly currency?: string;
  readonly from?: string | 'impossible';
  readonly to?: string | 'impossible';
  readonly opening?: string;
  readonly closing?: string;
  readonly debits?: string;
  readonly credits?: string;
}

const LONGEST_BLOCK_ROW = 2_000;

/** Words of a label, folded, in both languages; the longer before the shorter. */
const LABELS: Readonly<Record<keyof Labelled, string>> = {
  account: 'so tai khoan|account (?:number|no)\\b\\.?',
  currency: 'loai tien te|loai tien(?! gui)|don vi tien te|currency',
  from: 'tu ngay|from date|from|tu',
  to: 'den ngay|to date|to|den',
  opening: 'so du dau ky|so du ban dau|opening balance|beginning balance',
  closing: 'so du cuoi ky|closing balance|ending balance',
  debits: 'tong (?:so )?(?:tien )?(?:phat sinh |ghi )no|total debits?(?: amount)?',
  credits: 'tong (?:so )?(?:tien )?(?:phat sinh |ghi )co|total credits?(?: amount)?',
};
const VALUES: Readonly<Record<keyof Labelled, string>> = {
  account: '\\d[\\d ]{4,24}(?![\\d/,.])',
  currency: '[a-z]{3}\\b',
  from: '\\d{1,4}[/-]\\d{1,2}[/-]\\d{2,4}',
  to: '\\d{1,4}[/-]\\d{1,2}[/-]\\d{2,4}',
  opening: "[-(]?\\d[\\d.,' ]*\\)?-?(?: ?[a-z]{3}(?=\\s*(?:\\||$)))?",
  closing: "[-(]?\\d[\\d.,' ]*\\)?-?(?: ?[a-z]{3}(?=\\s*(?:\\||$)))?",
  debits: "[-(]?\\d[\\d.,' ]*\\)?-?(?: ?[a-z]{3}(?=\\s*(?:\\||$)))?",
  credits: "[-(]?\\d[\\d.,' ]*\\)?-?(?: ?[a-z]{3}(?=\\s*(?:\\||$)))?",
};
/** Between a label and its value: blanks, marks, the end of a cell, a currency in brackets, and the same label in the other language. */
const PATTERNS = (Object.keys(LABELS) as (keyof Labelled)[]).map((label) => ({
  label,
  pattern: new RegExp(
    `(?<![a-z])(?:${LABELS[label]})[\\s:/|*]{0,80}(?:(?:${LABELS[label]})[\\s:/|*]{0,80})?(?:\\([a-z]{3}\\)[\\s:/|*]{0,80})?(?<![a-z0-9])(${VALUES[label]})`,
  ),
}));
const DATED = new Set<keyof Labelled>(['from', 'to']);

/** Every label of a row with its value, whether they share a cell or the value stands in one of the next. */
export function labelledIn(row: Row): Labelled {
  const text = (dated: boolean): string =>
    folded(row.cells.map((cell) => (dated ? (cell.date ?? cell.text) : cell.text)).join(' | '));
  const [plain, days] = [text(false), text(true)];
  if (plain.length > LONGEST_BLOCK_ROW) return {};
  const found: Partial<Record<keyof Labelled, string>> = {};
  for (const { label, pattern } of PATTERNS) {
    const value = pattern.exec(DATED.has(label) ? days : plain)?.[1]?.trim();
    if (value !== undefined) found[label] = printedAs(label, value);
  }
  return found;
}

function printedAs(label: keyof Labelled, value: string): string {
  if (label === 'account') return value.replaceAll(' ', '');
  if (label === 'currency') return value.toUpperCase();
  if (!DATED.has(label)) return value;
  const day = dayIn(value);
  return day === undefined || day === 'impossible' ? 'impossible' : day.day;
}

/** Whether a row is the one that closes a table with its sums. */
export function isTotal(row: Row): boolean {
  const first = row.cells.find((cell) => cell.text !== '');
  const named = row.cells.find((cell) => cell.text !== '' && /^(?:tong|total)\b/.test(folded(cell.text.slice(0, 80))));
  if (first === undefined || named === undefined) return false;
  return !/(?:tong so|number of|total) (?:so )?(?:giao dich|but toan|lenh|transactions?|records?)/.test(
    folded(named.text.slice(0, 80)),
  );
}
