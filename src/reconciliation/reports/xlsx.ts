import { utils, type WorkSheet, write } from '@e965/xlsx';
import { composed } from '../../../contracts/domain/text.ts';
import type { Report, ReportCell, ReportColumn, ReportTable } from './report.ts';

const SUMMARY = 'Tổng hợp';
const AMOUNT_FORMAT = '#,##0';
const SHEET_NAME_LIMIT = 31;
const NOT_IN_SHEET_NAMES = /[\\/?*[\]:]/g;
/** A cell holds no more: the rest is left out, and three dots say so. */
const CELL_LIMIT = 32_767;
/** Letters across a sheet as wide as a page in landscape. */
const LETTERS_ACROSS = 140;
const NARROWEST_LETTERS = 8;
const FACT_WIDTHS = [34, 60];
/** Where the heads of a table stand, from 0: under its heading. */
const HEADS_ROW = 1;

/**
 * The report as a workbook: a sheet that sums up, then one for each table. Amounts are numbers. Texts are texts
 * whatever they begin with, and keep leading zeros. Heads are printed on every page.
 */
export function reportWorkbook(report: Report): Uint8Array<ArrayBuffer> {
  const book = utils.book_new();
  utils.book_append_sheet(book, summaryOf(report), SUMMARY);
  const names = new Set([SUMMARY.toLowerCase()]);
  const headsPrinted = report.tables.map((table, index) => {
    const name = sheetName(table.heading, names);
    utils.book_append_sheet(book, sheetOf(table), name);
    const rows = `$${HEADS_ROW + 1}:$${HEADS_ROW + 1}`;
    return { Name: '_xlnm.Print_Titles', Sheet: index + 1, Ref: `'${name.replaceAll("'", "''")}'!${rows}` };
  });
  book.Workbook = { Names: headsPrinted };
  book.Props = { Title: composed(report.title), Subject: composed(report.subtitle) };
  const bytes: ArrayBuffer = write(book, { type: 'array', bookType: 'xlsx', compression: true });
  return new Uint8Array(bytes);
}

function summaryOf(report: Report): WorkSheet {
  const rows: ReportCell[][] = [[report.title], [report.subtitle]];
  if (report.warning !== null) rows.push([report.warning]);
  rows.push([], ...report.facts.map((fact) => [...fact]), []);
  if (report.signatures.length > 0)
    rows.push(
      [...report.signatures],
      report.signatures.map(() => '(Ký, ghi rõ họ tên)'),
    );
  rows.push([], [report.footer]);
  const sheet = filled(rows);
  const across = Math.max(FACT_WIDTHS.length, report.signatures.length);
  sheet['!cols'] = Array.from({ length: across }, (_, index) => ({ wch: FACT_WIDTHS[index] ?? 34 }));
  return sheet;
}

function sheetOf(table: ReportTable): WorkSheet {
  const heads = table.columns.map((column) => column.title);
  const body = table.rows.length === 0 ? [[table.empty]] : table.rows;
  const sums = table.total === null ? [] : [table.total];
  const sheet = filled([[table.heading], heads, ...body, ...sums], table.columns);
  const shares = table.columns.reduce((sum, column) => sum + column.width, 0);
  sheet['!cols'] = table.columns.map((column) => ({
    wch: Math.max(NARROWEST_LETTERS, Math.round((column.width / shares) * LETTERS_ACROSS)),
  }));
  if (table.rows.length > 0)
    sheet['!autofilter'] = {
      ref: utils.encode_range({
        s: { r: HEADS_ROW, c: 0 },
        e: { r: HEADS_ROW + table.rows.length, c: table.columns.length - 1 },
      }),
    };
  return sheet;
}

/** Cells are made here one by one: what guesses at what a value is might take a text for something else. */
function filled(rows: readonly (readonly ReportCell[])[], columns: readonly ReportColumn[] = []): WorkSheet {
  const sheet: WorkSheet = {};
  let width = 1;
  for (const [r, row] of rows.entries()) {
    width = Math.max(width, row.length);
    for (const [c, cell] of row.entries()) {
      if (cell === null) continue;
      sheet[utils.encode_cell({ r, c })] =
        typeof cell === 'number'
          ? { t: 'n', v: cell, ...(columns[c]?.kind === 'text' ? {} : { z: AMOUNT_FORMAT }) }
          : { t: 's', v: fitting(composed(cell), CELL_LIMIT) };
    }
  }
  sheet['!ref'] = utils.encode_range({ s: { r: 0, c: 0 }, e: { r: Math.max(rows.length, 1) - 1, c: width - 1 } });
  return sheet;
}

/** Of at most 31 characters, none of those that a sheet's name may not hold, and unlike the names before it. */
function sheetName(heading: string, names: Set<string>): string {
  const plain = composed(heading).replaceAll(NOT_IN_SHEET_NAMES, ' ').replaceAll("'", '’').trim();
  const base = plain === '' ? 'Bảng' : plain;
  let name = fitting(base, SHEET_NAME_LIMIT);
  for (let count = 2; names.has(name.toLowerCase()); count += 1) {
    const suffix = ` (${count})`;
    name = `${fitting(base, SHEET_NAME_LIMIT - suffix.length)}${suffix}`;
  }
  names.add(name.toLowerCase());
  return name;
}

const fitting = (text: string, limit: number): string =>
  text.length <= limit
    ? text
    : `${text
        .slice(0, limit - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`;
