import { textCell } from './cells.ts';
import { columnsOf } from './columns-by-words.ts';
import { csvRows } from './csv-rows.ts';
import { problemAt, type StatementReader, type Told } from './source.ts';
import { StatementTable } from './statement-table.ts';
import type { Template } from './template.ts';
import { NotText, textLines } from './text-lines.ts';

/** Day, reference, debit, credit, description, and a total; neither account nor balance (WIRE.md A4.2). */
export const vietcombankSimple: Template = {
  format: 'vietcombank-simple',
  fits: (_sheet, { balance, documentNumber, date }) =>
    balance === undefined && documentNumber !== undefined && documentNumber.at !== date.at,
  rules: { closedBy: 'total', streams: true },
};

/** Lines in which the head must stand. */
const HEAD_LINES = 30;

const delimiterOf = (line: string): ',' | ';' | '\t' | undefined =>
  ([';', '\t', ','] as const).find((mark) => {
    const found = columnsOf({
      row: 1,
      cells: line.split(mark).map((cell) => textCell(cell.replaceAll('"', '').trim())),
    });
    return found !== undefined && found.columns.balance === undefined && found.columns.documentNumber !== undefined;
  });

const headIn = (text: string): ',' | ';' | '\t' | undefined => {
  for (const line of text.replace('\ufeff', '').split(/\r\n|\n|\r/, HEAD_LINES)) {
    const mark = line.length > 1_000 ? undefined : delimiterOf(line);
    if (mark !== undefined) return mark;
  }
  return undefined;
};

/** The same as text, `,` or `;` between its cells. */
export const vietcombankSimpleText: StatementReader = {
  format: 'vietcombank-simple',
  recognises: ({ text }) => headIn(text) !== undefined,
  read: async function* (file, options) {
    const table = new StatementTable(vietcombankSimple.rules, options);
    try {
      for await (const rows of csvRows(textLines(file), delimiterOf)) {
        const told: Told[] = [];
        for (const row of rows) told.push(...('kind' in row ? [row] : table.take(row)));
        if (told.length > 0) yield told;
      }
    } catch (error) {
      if (!(error instanceof NotText)) throw error;
      yield [problemAt(error.row, null, error.message)];
      return;
    }
    yield table.end();
  },
};
