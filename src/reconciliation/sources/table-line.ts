import type { Direction } from '../../../contracts/domain/statement.ts';
import { type Cell, EMPTY_CELL, type Row } from './cells.ts';
import type { Column, Columns } from './columns-by-words.ts';
import { dayIn } from './dates.ts';
import type { Decimal } from './decimal.ts';
import { isBlank, printedAmount, signed } from './printed-amount.ts';
import { type LineTold, type ProblemTold, problemAt } from './source.ts';

export type Piece = LineTold | ProblemTold;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** An entry from its row, or all that is wrong with it. */
export function lineOf(row: Row, columns: Columns, currency: string): readonly Piece[] {
  const problems: ProblemTold[] = [];
  const wrong = (column: Column, message: string): null => {
    problems.push(problemAt(row.row, column.name, message));
    return null;
  };
  const at = (column: Column): Cell => row.cells[column.at] ?? EMPTY_CELL;
  const day = (column: Column) => {
    const cell = at(column);
    if (isBlank(cell)) return wrong(column, 'has no date');
    if (cell.numeric && cell.date === null) return wrong(column, 'is a number, not a date');
    const told = dayIn(cell.date ?? cell.text);
    if (told === undefined || told === 'impossible') return wrong(column, 'is no date');
    return told;
  };
  const amount = (column: Column): Decimal | null => {
    if (isBlank(at(column))) return null;
    const printed = printedAmount(at(column), currency);
    return 'wrong' in printed ? wrong(column, printed.wrong) : signed(printed);
  };

  const booked = day(columns.date);
  const shared = columns.documentNumber?.at === columns.date.at;
  if (!shared && booked !== null && booked.rest !== '') wrong(columns.date, 'is no date');
  const printed = shared
    ? (booked?.rest ?? '')
    : columns.documentNumber === undefined
      ? ''
      : at(columns.documentNumber).text;
  const effective = columns.effectiveDate;
  const valued = effective === undefined || isBlank(at(effective)) ? null : day(effective);
  if (effective !== undefined && valued !== null && valued.rest !== '') wrong(effective, 'is no date');
  const balance = columns.balance === undefined ? null : amount(columns.balance);
  const moved = movedOf(amount(columns.debit), amount(columns.credit));
  if (problems.length > 0) return problems;
  if (typeof moved === 'string') return [problemAt(row.row, columns.debit.name, moved)];
  return [
    {
      ...{ kind: 'line', row: row.row, date: booked?.day ?? '', valueDate: valued?.day ?? null },
      ...{ time: booked?.time ?? null, documentNumber: oneLine(printed) || null, ...moved, balance },
      ...{ narrative: oneLine(at(columns.details).text), fee: null, status: null },
    },
  ];
}

/** The movement that two sides say, or what is wrong with them. */
export function movedOf(
  debit: Decimal | null,
  credit: Decimal | null,
): { readonly direction: Direction; readonly amount: Decimal; readonly reversal: boolean } | string {
  const [out, into] = [debit ?? 0n, credit ?? 0n];
  if (out !== 0n && into !== 0n) return 'has an amount, and the other side has one too';
  if (out === 0n && into === 0n) return 'has no amount, nor has the other side';
  const side: Direction = out !== 0n ? 'debit' : 'credit';
  const amount = out + into;
  if (amount > 0n) return { direction: side, amount, reversal: false };
  return { direction: side === 'debit' ? 'credit' : 'debit', amount: -amount, reversal: true };
}
