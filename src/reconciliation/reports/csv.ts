import type { Report, ReportCell } from './report.ts';

/** What a spreadsheet would take for a formula is text. */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[";\r\n]/;

const cellOf = (cell: ReportCell): string => {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** The report as CSV that Vietnamese spreadsheets open as it is: UTF-8 with its mark, `;` between cells. */
export function reportCsv(report: Report): Uint8Array<ArrayBuffer> {
  const lines: (readonly ReportCell[])[] = [report.title, report.subtitle, report.warning ?? '']
    .filter((text) => text !== '')
    .map((text) => [text]);
  lines.push(...report.facts);
  for (const { heading, columns, rows, total, empty } of report.tables) {
    if (lines.length > 0) lines.push([]);
    if (heading !== '') lines.push([heading]);
    lines.push(columns.map(({ title }) => title));
    lines.push(...rows);
    if (rows.length === 0 && empty !== '') lines.push([empty]);
    if (total !== null) lines.push(total);
  }
  if (report.footer !== '') lines.push([], ['Mã kiểm tra', report.footer]);
  return new TextEncoder().encode(`\uFEFF${lines.map((cells) => cells.map(cellOf).join(';')).join('\r\n')}\r\n`);
}
