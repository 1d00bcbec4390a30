import { CELL_LEAD, CELL_SIZE, columnWidths, PAD_X, PAD_Y, type SetRow, setRow } from './pdf-cells.ts';
import { GREY, type Ink, type Paper } from './pdf-paper.ts';
import type { ReportCell, ReportTable } from './report.ts';

const HEADING = { size: 10.5, heavy: true };
const HEADING_LEAD = 17;
const HEAD_LINES = 6;
const LINES: Ink = [0.72, 0.72, 0.72];
const THIN = 0.4;

/** Kinds of rows, and what tells them apart. */
const ROWS = {
  head: { fill: [0.91, 0.92, 0.94], under: GREY, heavy: true },
  row: { fill: null, under: LINES, heavy: false },
  total: { fill: [0.955, 0.96, 0.97], under: GREY, heavy: true },
} as const;

/**
 * The table from `paper.y` down. Its heads stand again on every page. No row is split: of a cell longer than about half a
 * page the rest is left out, and three dots say so. The heading stays with the first row, the total with the last, and
 * both with what takes `after` under them, where one page has room for that.
 */
export function setTable(paper: Paper, table: ReportTable, after: number): void {
  const { type, left, width } = paper;
  const widths = columnWidths(type, table, width);
  const set = (row: readonly ReportCell[], limit: number) => setRow(type, table.columns, row, widths, limit);
  const heads = set(
    table.columns.map((column) => column.title),
    HEAD_LINES,
  );
  const room = paper.height - HEADING_LEAD - heads.height;
  const lines = Math.floor(room / CELL_LEAD);
  const limit = Math.max(1, Math.floor(lines / 2) - 1);
  const total = table.total === null ? undefined : set(table.total, limit);
  /** What a last row of this height takes with all that stays with it. */
  const ending = (height: number): number => {
    const all = height + (total?.height ?? 0);
    return all + after <= room ? all + after : all;
  };

  const draw = (row: SetRow, kind: keyof typeof ROWS) => {
    const { y: top } = paper;
    const bottom = top - row.height;
    const look = ROWS[kind];
    if (look.fill !== null) paper.fill(left, bottom, width, row.height, look.fill);
    let x = left;
    for (const [index, cell] of row.cells.entries()) {
      const across = widths[index] ?? 0;
      const align = kind === 'head' ? 'centre' : table.columns[index]?.kind === 'text' ? 'left' : 'right';
      const down = kind === 'head' ? (row.height - cell.lines.length * CELL_LEAD) / 2 : PAD_Y;
      for (const [at, line] of cell.lines.entries())
        paper.text(line, x + PAD_X, top - down - at * CELL_LEAD - CELL_SIZE, across - 2 * PAD_X, {
          ...{ size: cell.size, align, heavy: look.heavy },
        });
      x += across;
      if (index < row.cells.length - 1) paper.rule(x, top, x, bottom, LINES, THIN);
    }
    frame(bottom, look.under);
  };

  /** The lines round what stands between `paper.y` and `bottom`, where the next thing then begins. */
  const frame = (bottom: number, ink: Ink) => {
    for (const x of [left, left + width]) paper.rule(x, paper.y, x, bottom, LINES, THIN);
    paper.rule(left, bottom, left + width, bottom, ink, THIN);
    paper.y = bottom;
  };

  const begin = () => {
    paper.rule(left, paper.y, left + width, paper.y, GREY, THIN);
    draw(heads, 'head');
  };

  const [first] = table.rows;
  const emptyHeight = CELL_LEAD + 2 * PAD_Y;
  const firstHeight = first === undefined ? emptyHeight : set(first, limit).height;
  paper.turn(HEADING_LEAD + heads.height + (table.rows.length > 1 ? firstHeight : ending(firstHeight)));
  paper.block([type.fitted(table.heading, HEADING.size, width)], left, width, HEADING_LEAD, HEADING);
  begin();
  if (first === undefined) {
    const text = type.fitted(table.empty, CELL_SIZE, width - 2 * PAD_X);
    paper.text(text, left, paper.y - PAD_Y - CELL_SIZE, width, { size: CELL_SIZE, ink: GREY, align: 'centre' });
    frame(paper.y - emptyHeight, total === undefined ? GREY : LINES);
  }
  for (const [index, cells] of table.rows.entries()) {
    const row = set(cells, limit);
    if (paper.turn(index === table.rows.length - 1 ? ending(row.height) : row.height)) begin();
    draw(row, 'row');
  }
  if (total !== undefined) draw(total, 'total');
}
