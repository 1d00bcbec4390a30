import type { Typeface } from './pdf-type.ts';
import type { ReportCell, ReportColumn, ReportTable } from './report.ts';

export const CELL_SIZE = 8;
export const CELL_LEAD = 11;
export const PAD_X = 4;
export const PAD_Y = 2.75;
/** A word wider than this is broken rather than let take the width of other columns. */
const WIDEST_WORD = 104;

/** A row as it is set: for each column its lines. */
export interface SetRow {
  readonly cells: readonly { readonly lines: readonly string[]; readonly size: number }[];
  readonly height: number;
}

/**
 * The row in columns of these widths. Of a cell with more than `limit` lines the rest is left out, and three dots say
 * so. A number is set smaller rather than broken in two, which could be read as two numbers.
 */
export function setRow(
  type: Typeface,
  columns: readonly ReportColumn[],
  row: readonly ReportCell[],
  widths: readonly number[],
  limit: number,
): SetRow {
  const cells = columns.map((column, index) => {
    const cell = row[index] ?? null;
    const text = cellText(cell, column);
    const room = (widths[index] ?? 0) - 2 * PAD_X;
    if (typeof cell !== 'number') return { lines: type.wrapped(text, CELL_SIZE, room, limit), size: CELL_SIZE };
    return { lines: [text], size: CELL_SIZE * Math.min(1, room / type.width(text, CELL_SIZE)) };
  });
  const lines = cells.reduce((most, cell) => Math.max(most, cell.lines.length), 1);
  return { cells, height: lines * CELL_LEAD + 2 * PAD_Y };
}

/**
 * Widths that sum up to `width`: by the shares, but none less than its widest number or word needs, as long as all of
 * them can have that.
 */
export function columnWidths(type: Typeface, table: ReportTable, width: number): readonly number[] {
  const needs = table.columns.map((column) => widestWord(type, column.title));
  for (const row of table.total === null ? table.rows : [...table.rows, table.total])
    for (const [index, column] of table.columns.entries()) {
      const cell = row[index] ?? null;
      const text = cellText(cell, column);
      const need = typeof cell === 'number' ? type.width(text, CELL_SIZE) : widestWord(type, text);
      if (need > (needs[index] ?? 0)) needs[index] = need;
    }
  const floors = needs.map((need) => need + 2 * PAD_X + 1);
  const all = floors.reduce((sum, floor) => sum + floor, 0);
  if (all >= width) return floors.map((floor) => (floor / all) * width);

  const raised = new Set<number>();
  for (;;) {
    let room = width;
    let shares = 0;
    for (const [index, column] of table.columns.entries())
      if (raised.has(index)) room -= floors[index] ?? 0;
      else shares += column.width;
    const widths = table.columns.map((column, index) =>
      raised.has(index) ? (floors[index] ?? 0) : (column.width / shares) * room,
    );
    const short = widths.findIndex((each, index) => !raised.has(index) && each < (floors[index] ?? 0));
    if (short === -1) return widths;
    raised.add(short);
  }
}

function widestWord(type: Typeface, text: string): number {
  let widest = 0;
  for (const word of text.split(/\s+/)) widest = Math.max(widest, type.width(word, CELL_SIZE));
  return Math.min(widest, WIDEST_WORD);
}

function cellText(cell: ReportCell, column: ReportColumn): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return cell;
  return column.kind === 'text' ? String(cell) : grouped(cell);
}

/** Thousands apart by points, as is written in Vietnam. */
function grouped(value: number): string {
  const digits = String(Math.abs(value));
  if (!/^\d+$/.test(digits)) return String(value);
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) groups.unshift(digits.slice(Math.max(0, end - 3), end));
  return `${value < 0 ? '-' : ''}${groups.join('.')}`;
}
