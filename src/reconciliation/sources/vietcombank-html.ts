import type { Sheet } from './cells.ts';
import type { Template } from './template.ts';

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
