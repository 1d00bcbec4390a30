import { type CellObject, utils, type WorkSheet, write } from '@e965/xlsx';
import type { Report, ReportCell, ReportTable } from './report.ts';

/** Characters of a sheet's name at most, and those that it may not have. */
const LONGEST_NAME = 31;
const FORBIDDEN = /[\\/?*[\]:]/g;
const AMOUNT = '#,##0';
/** Characters that a share of a column's width stands for. */
const WIDTH = 9;

/** The report as a workbook: what holds for the whole on the first sheet, each table on one of its own. Texts are never formulas. */
export function reportXlsx(report: Report): Uint8Array<ArrayBuffer> {
  const book = utils.book_new();
  if (report.title !== '') {
    const head: (readonly ReportCell[])[] = [
      ...[report.title, report.subtitle, report.warning ?? ''].filter((text) => text !== '').map((text) => [text]),
      [],
      ...report.facts,
      [],
      report.signatures,
      report.signatures.map(() => '(Ký, ghi rõ họ tên)'),
      [],
      ['Mã kiểm tra', report.footer],
    ];
    utils.book_append_sheet(
      book,
      sheetOf(head, () => undefined, [4, 4, 4]),
      'Tổng hợp',
    );
  }
  for (const table of report.tables) utils.book_append_sheet(book, tableSheet(table), nameOf(table, book.SheetNames));
  const bytes = write(book, { type: 'array', bookType: 'xlsx', compression: true }) as ArrayBuffer;
  return new Uint8Array(bytes);
}

function tableSheet({ columns, rows, total, empty }: ReportTable): WorkSheet {
  const body = rows.length === 0 && empty !== '' ? [[empty]] : rows;
  const cells = [columns.map(({ title }) => title), ...body, ...(total === null ? [] : [total])];
  return sheetOf(
    cells,
    (column) => (columns[column]?.kind === 'text' ? undefined : AMOUNT),
    columns.map(({ width }) => width),
  );
}

function sheetOf(
  rows: readonly (readonly ReportCell[])[],
  formatOf: (column: number) => string | undefined,
  widths: readonly number[],
): WorkSheet {
  const sheet = utils.aoa_to_sheet(
    rows.map((row) =>
      row.map((cell, column): CellObject | null => {
        if (cell === null) return null;
        if (typeof cell === 'string') return { t: 's', v: cell };
        const format = formatOf(column);
        return format === undefined ? { t: 'n', v: cell } : { t: 'n', v: cell, z: format };
      }),
    ),
  );
  sheet['!cols'] = widths.map((width) => ({ wch: Math.round(width * WIDTH) }));
  return sheet;
}

function nameOf({ heading }: ReportTable, taken: readonly string[]): string {
  const name = heading.replace(FORBIDDEN, ' ').slice(0, LONGEST_NAME).trim() || 'Dữ liệu';
  return taken.includes(name) ? `${name.slice(0, LONGEST_NAME - 3)} ${taken.length}` : name;
}
