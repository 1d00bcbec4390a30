import { read, SSF, type WorkSheet } from '@e965/xlsx';
import { composed } from '../../../contracts/domain/text.ts';
import {
  type Cell,
  COLUMNS_LIMIT,
  EMPTY_CELL,
  ROWS_LIMIT,
  type Row,
  SHEETS_LIMIT,
  type Sheet,
  textCell,
  type Workbook,
} from './cells.ts';
import { readHtmlTables } from './html-table.ts';
import { type ProblemTold, problemAt } from './source.ts';
import { BadZip } from './zip-directory.ts';
import { unpacked } from './zip-members.ts';

export const WORKBOOK_LIMIT_BYTES = 16 * 1024 * 1024;
const begins = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, index) => bytes[index] === byte);

/** Tags that an HTML export begins with: looked for in its first bytes, whatever encoding they have. */
const HTML_BEGINS = /<(?:!doctype\s+html|html|table)\b/i;
const HTML_HEAD_BYTES = 4_096;

/** What a file is by its first bytes; undefined where it is no workbook. */
export function containerOf(bytes: Uint8Array): Workbook['container'] | undefined {
  if (begins(bytes, [0x50, 0x4b, 3, 4])) return 'xlsx';
  if (begins(bytes, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])) return 'xls';
  if (begins(bytes, [0x09, 0x08]) || begins(bytes, [0x09, 0x04])) return 'xls';
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, HTML_HEAD_BYTES)).replaceAll('\0', '');
  return HTML_BEGINS.test(head) ? 'html' : undefined;
}

/**
 * The rows of all sheets of a workbook, bounded in bytes (packed and unpacked), rows, columns and sheets. A file that is
 * none, is damaged or encrypted, or is larger than that, is a problem.
 */
export function openWorkbook(bytes: Uint8Array): Workbook | ProblemTold {
  if (bytes.length > WORKBOOK_LIMIT_BYTES)
    return problemAt(1, null, `is larger than ${WORKBOOK_LIMIT_BYTES / 1_048_576} MiB`);
  const container = containerOf(bytes);
  if (container === undefined) return problemAt(1, null, 'is no workbook');
  if (container === 'html') return readHtmlTables(bytes);
  try {
    const book = read(container === 'xlsx' ? unpacked(bytes) : bytes, {
      ...{ type: 'array', dense: true, raw: true, cellFormula: false, cellHTML: false, cellText: false },
      // Every row is read, so that none behind the limit is left out without a word: an empty one may come before it.
      ...{ cellNF: true, cellDates: false },
    });
    if (book.SheetNames.length > SHEETS_LIMIT) return problemAt(1, null, `has more than ${SHEETS_LIMIT} sheets`);
    const from1904 = book.Workbook?.WBProps?.date1904 === true;
    const sheets: Sheet[] = [];
    for (const name of book.SheetNames) {
      const rows = rowsOf(book.Sheets[name], from1904);
      if ('kind' in rows) return rows;
      sheets.push({ name: composed(name), rows });
    }
    return { container, sheets };
  } catch (error) {
    return problemAt(1, null, error instanceof BadZip ? error.message : wordsFor(error));
  }
}

/** Never the parser's own words: they may repeat what stands in the file. */
const wordsFor = (error: unknown): string =>
  error instanceof Error && /password|encrypt/i.test(error.message)
    ? 'is encrypted'
    : 'is damaged: it cannot be opened';

interface RawCell {
  readonly t?: string;
  readonly v?: unknown;
  readonly z?: unknown;
}

function rowsOf(sheet: WorkSheet | undefined, from1904: boolean): readonly Row[] | ProblemTold {
  const data = (sheet as { '!data'?: readonly (readonly (RawCell | undefined)[] | undefined)[] } | undefined)?.[
    '!data'
  ];
  const rows: Row[] = [];
  let problem: ProblemTold | undefined;
  // A row far down leaves holes before it: `forEach` walks over what is there.
  data?.forEach((raw, index) => {
    if (raw === undefined || problem !== undefined) return;
    const cells: Cell[] = [];
    raw.forEach((given, column) => {
      const cell = given === undefined ? EMPTY_CELL : cellOf(given, from1904);
      if (cell.text === '' || problem !== undefined) return;
      if (column >= COLUMNS_LIMIT) problem = problemAt(index + 1, null, `has more than ${COLUMNS_LIMIT} columns`);
      else {
        while (cells.length < column) cells.push(EMPTY_CELL);
        cells[column] = cell;
      }
    });
    if (cells.length > 0 && index >= ROWS_LIMIT)
      problem ??= problemAt(index + 1, null, `the sheet has more than ${ROWS_LIMIT} rows`);
    if (cells.length > 0) rows.push({ row: index + 1, cells });
  });
  return problem ?? rows;
}

function cellOf(cell: RawCell, from1904: boolean): Cell {
  if (typeof cell.v === 'number') {
    const text = plainNumber(cell.v);
    return { text, numeric: true, date: typeof cell.z === 'string' ? dateOf(cell.v, cell.z, from1904) : null };
  }
  if (cell.t === 'e') return textCell('#');
  if (typeof cell.v === 'string') return textCell(cell.v.trim() === '' ? '' : cell.v);
  return typeof cell.v === 'boolean' ? textCell(String(cell.v)) : EMPTY_CELL;
}

/** Fifteen digits are what a spreadsheet keeps and shows: what stands behind them is noise of binary fractions. */
function plainNumber(value: number): string {
  const kept = Number(value.toPrecision(15));
  const text = String(kept);
  return text.includes('e') ? kept.toFixed(kept < 1 ? 12 : 0).replace(/(\.\d*?)0+$/, '$1') : text;
}

function dateOf(value: number, format: string, from1904: boolean): string | null {
  try {
    if (SSF.is_date(format) !== true) return null;
    const told = SSF.parse_date_code(value, { date1904: from1904 }) as Record<
      'y' | 'm' | 'd' | 'H' | 'M' | 'S',
      number
    > | null;
    if (told === null || told.y < 1900) return null;
    const two = (part: number) => String(Math.floor(part)).padStart(2, '0');
    const day = `${String(told.y).padStart(4, '0')}-${two(told.m)}-${two(told.d)}`;
    return Number.isInteger(value) ? day : `${day} ${two(told.H)}:${two(told.M)}:${two(told.S)}`;
  } catch {
    return null;
  }
}
