import type { Sheet } from './cells.ts';
import { containerOf, openWorkbook, WORKBOOK_LIMIT_BYTES } from './sheet.ts';
import { problemAt, type StatementReader } from './source.ts';
import { firstColumns, partsOf, type Template } from './template.ts';
import { wholeFile } from './text-lines.ts';

/** HTML that comes under an `.xls` name (WIRE.md A4.2): the words of the workbooks in a table, days as `yyyy-MM-dd`. */
export const vietcombankHtml: Template = {
  format: 'vietcombank-html',
  fits: () => true,
  rules: { closedBy: 'total or closing balance' },
};

/** Labels may stand in a table of their own above that of the entries: all tables are one sheet, in their order. */
export const oneSheet = (sheets: readonly Sheet[]): Sheet => ({
  name: '',
  rows: sheets.flatMap(({ rows }) => rows).sort((one, other) => one.row - other.row),
});

export const vietcombankHtmlReader: StatementReader = {
  format: 'vietcombank-html',
  recognises: ({ bytes }) => {
    if (containerOf(bytes) !== 'html') return false;
    const book = openWorkbook(bytes);
    return !('kind' in book) && firstColumns(oneSheet(book.sheets)) !== undefined;
  },
  read: async function* (file, options) {
    const bytes = await wholeFile(file, WORKBOOK_LIMIT_BYTES);
    const book =
      bytes === undefined
        ? problemAt(1, null, `is larger than ${WORKBOOK_LIMIT_BYTES / 1_048_576} MiB`)
        : openWorkbook(bytes);
    if ('kind' in book) yield [book];
    else yield* partsOf(oneSheet(book.sheets), vietcombankHtml.rules, options);
  },
};
