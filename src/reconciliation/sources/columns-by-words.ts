import { folded } from '../../../contracts/domain/text.ts';
import type { Row } from './cells.ts';

/** What a column of a statement says. */
export type ColumnRole =
  | 'sequence'
  | 'date'
  | 'effectiveDate'
  | 'documentNumber'
  | 'debit'
  | 'credit'
  | 'balance'
  | 'details';

export interface Column {
  /** Its place in the row, from 0. */
  readonly at: number;
  /** Its name as it is printed, in one line. */
  readonly name: string;
}

export type Columns = { readonly [Role in ColumnRole]?: Column } & Readonly<
  Record<'date' | 'debit' | 'credit' | 'details', Column>
>;

/** A head's cell is no longer: what is longer is a sentence. */
const LONGEST_NAME = 120;

/** Words by which columns are known, folded; one cell may name two (a date above a document number). */
const WORDS: Readonly<Record<ColumnRole, RegExp>> = {
  sequence: /^(?:stt|no\.?|so thu tu|seq(?:uence)?\.?)(?:$| ?[/(] ?(?:stt|no\.?|seq\.?|#)\)?$)/,
  effectiveDate: /ngay hieu luc|ngay gia tri|effective date|value date/,
  date: /\bngay\b|\bdate\b/,
  documentNumber:
    /\bso ct\b|so chung tu|so tham chieu|so but toan|so giao dich|ma giao dich|doc(?:ument)?\.? ?no\b|doc(?:ument)? number|\breference\b|transaction (?:no|number|id)\b/,
  debit: /ghi no\b|phat sinh no\b|so tien no\b|\bps no\b|\bdebit\b/,
  credit: /ghi co\b|phat sinh co\b|so tien co\b|\bps co\b|\bcredit\b/,
  balance: /so du\b|\bbalance\b/,
  details: /noi dung|dien giai|mo ta|\bdetails?\b|description|narrative|remarks?\b/,
};
const EFFECTIVE = new RegExp(WORDS.effectiveDate, 'g');
const NO_COLUMN = /tai khoan|\baccount\b|dau ky|cuoi ky|opening|closing/;

function rolesOf(name: string): readonly ColumnRole[] {
  const words = folded(name);
  if (words === '' || name.length > LONGEST_NAME || NO_COLUMN.test(words)) return [];
  // `Nợ` and `Có` alone: without its mark the first would be the English `No`.
  if (/^nợ$/i.test(name.trim())) return ['debit'];
  if (words === 'co') return ['credit'];
  const others = words.replace(EFFECTIVE, '');
  return (Object.keys(WORDS) as ColumnRole[]).filter((role) => WORDS[role].test(role === 'date' ? others : words));
}

/**
 * The columns that a row names as the head of a table, or undefined where it is none: a date, both directions and details
 * must be there. `twice`: the name of a column whose meaning another has already, where nobody can tell which one counts.
 */
export function columnsOf(row: Row): { readonly columns: Columns; readonly twice: string | undefined } | undefined {
  const found = new Map<ColumnRole, Column>();
  let twice: string | undefined;
  for (const [at, cell] of row.cells.entries()) {
    const roles = cell.numeric ? [] : rolesOf(cell.text);
    // A column that says which direction an entry has is none of these layouts.
    if (roles.includes('debit') && roles.includes('credit')) continue;
    const name = cell.text.replace(/\s+/g, ' ').trim();
    for (const role of roles) {
      if (found.has(role)) twice ??= role === 'sequence' ? undefined : name;
      else found.set(role, { at, name });
    }
  }
  const [date, debit, credit, details] = [
    found.get('date'),
    found.get('debit'),
    found.get('credit'),
    found.get('details'),
  ];
  if (date === undefined || debit === undefined || credit === undefined || details === undefined) return undefined;
  if (new Set([date.at, debit.at, credit.at, details.at, found.get('balance')?.at ?? -1]).size < 5) return undefined;
  return { columns: { ...Object.fromEntries(found), date, debit, credit, details }, twice };
}

/** Two rows as one head, for heads whose second language stands in the row below. */
export const joinedRows = (first: Row, second: Row): Row => ({
  row: first.row,
  cells: Array.from({ length: Math.max(first.cells.length, second.cells.length) }, (_, at) => {
    const text = [first.cells[at]?.text ?? '', second.cells[at]?.text ?? ''].filter((part) => part !== '').join('\n');
    const numeric = first.cells[at]?.numeric === true || second.cells[at]?.numeric === true;
    return { text, numeric, date: null };
  }),
});

/** Whether a row repeats names of columns and says nothing else: the second line of a head, or the head of another page. */
export const namesOnly = (row: Row): boolean =>
  row.cells.every((cell) => cell.text === '' || (!cell.numeric && rolesOf(cell.text).length > 0));
