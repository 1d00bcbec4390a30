import type { StatementFormat } from '../../../contracts/domain/statement.ts';
import type { Sheet } from './cells.ts';
import { type Columns, columnsOf, joinedRows } from './columns-by-words.ts';
import type { ReadOptions, Told } from './source.ts';
import { StatementTable, type TableRules } from './statement-table.ts';

/** A layout that a sheet may have: told by its name and by the first head of a table in it. */
export interface Template {
  readonly format: StatementFormat;
  readonly fits: (sheet: Sheet, columns: Columns) => boolean;
  readonly rules: TableRules;
}

/** Rows in which the first head must stand. */
const HEAD_ROWS = 200;

export function firstColumns(sheet: Sheet): Columns | undefined {
  for (const [index, row] of sheet.rows.slice(0, HEAD_ROWS).entries()) {
    const before = sheet.rows[index - 1];
    const head = columnsOf(row) ?? (before?.row === row.row - 1 ? columnsOf(joinedRows(before, row)) : undefined);
    if (head !== undefined) return head.columns;
  }
  return undefined;
}

/** Everything that a sheet says, a group of parts at a time. */
export function* partsOf(sheet: Sheet, rules: TableRules, options: ReadOptions): Generator<readonly Told[]> {
  const table = new StatementTable(rules, options);
  for (const row of sheet.rows) {
    const told = table.take(row);
    if (told.length > 0) yield told;
  }
  yield table.end();
}
