import { composed } from '../../../contracts/domain/text.ts';
import type { Report, ReportCell } from './report.ts';

/** What a spreadsheet with Vietnamese settings takes for the end of a cell: its comma stands in decimals. */
const BETWEEN = ';';
const END = '\r\n';
/** A spreadsheet calculates what begins so, blanks before it or not. Full-width forms are taken for the same. */
const BEGINS_FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;
const NEEDS_QUOTES = /[";,\r\n\t]|^\s|\s$/;

/**
 * The report as CSV: UTF-8 with a byte order mark, so that a spreadsheet shows Vietnamese letters. No text of it is ever
 * calculated. Numbers are digits alone. A text that consists of digits may lose its leading zeros where a spreadsheet
 * opens it: who needs them takes the workbook.
 */
export function reportCsv(report: Report): Uint8Array<ArrayBuffer> {
  const lines = [line([report.title]), line([report.subtitle])];
  if (report.warning !== null) lines.push(line([report.warning]));
  for (const fact of report.facts) lines.push(line(fact));
  for (const table of report.tables) {
    lines.push('', line([table.heading]), line(table.columns.map((column) => column.title)));
    for (const row of table.rows) lines.push(line(row));
    if (table.rows.length === 0) lines.push(line([table.empty]));
    if (table.total !== null) lines.push(line(table.total));
  }
  lines.push('', line([report.footer]));
  return new TextEncoder().encode(`\ufeff${lines.join(END)}${END}`);
}

const line = (cells: readonly ReportCell[]): string => cells.map(written).join(BETWEEN);

function written(cell: ReportCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = composed(cell);
  const inert = BEGINS_FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
