import { type Row, textCell } from './cells.ts';
import { type ProblemTold, problemAt } from './source.ts';
import type { TextLine } from './text-lines.ts';

/** Characters of one record, whose quoted cells may go over several lines. */
const LONGEST_RECORD = 65_536;
const CELLS_LIMIT = 64;

/**
 * The records of a CSV text as its lines come, in constant memory. `delimiterOf` finds the mark in the line of the head;
 * lines before it are split by commas. A quote that does not close is a problem, and the text ends there.
 */
export async function* csvRows(
  lines: AsyncIterable<readonly TextLine[]>,
  delimiterOf: (line: string) => string | undefined,
): AsyncGenerator<readonly (Row | ProblemTold)[]> {
  let delimiter: string | undefined;
  let held: { readonly row: number; readonly text: string } | undefined;
  for await (const group of lines) {
    const rows: (Row | ProblemTold)[] = [];
    for (const { row, text } of group) {
      const line = row === 1 ? text.replace(/^\ufeff/, '') : text;
      const record: { readonly row: number; readonly text: string } = held
        ? { row: held.row, text: `${held.text}\n${line}` }
        : { row, text: line };
      if (record.text.length > LONGEST_RECORD) {
        yield [...rows, problemAt(record.row, null, 'has a quote that is not closed')];
        return;
      }
      if (held === undefined) delimiter ??= delimiterOf(line);
      const cells = cellsOf(record.text, delimiter ?? ',');
      held = cells === undefined ? record : undefined;
      if (cells === 'wrong') rows.push(problemAt(record.row, null, 'has a quote that stands where none may'));
      else if (cells !== undefined && cells.length > CELLS_LIMIT)
        rows.push(problemAt(record.row, null, `has more than ${CELLS_LIMIT} columns`));
      else if (cells?.some((cell) => cell !== '')) rows.push({ row: record.row, cells: cells.map(textCell) });
    }
    if (rows.length > 0) yield rows;
  }
  if (held !== undefined) yield [problemAt(held.row, null, 'has a quote that is not closed')];
}

/** The cells of a record; undefined where its last quote is still open. */
function cellsOf(text: string, delimiter: string): readonly string[] | 'wrong' | undefined {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const blank = text.slice(at).length - text.slice(at).trimStart().length;
    if (text[at + blank] === '"' && delimiter !== ' ') {
      let [from, cell] = [at + blank + 1, ''];
      for (;;) {
        const quote = text.indexOf('"', from);
        if (quote < 0) return undefined;
        cell += text.slice(from, quote);
        from = quote + 1;
        if (text[from] !== '"') break;
        cell += '"';
        from += 1;
      }
      cells.push(cell.trim());
      const next = text.indexOf(delimiter, from);
      if (text.slice(from, next < 0 ? undefined : next).trim() !== '') return 'wrong';
      if (next < 0) return cells;
      at = next + delimiter.length;
    } else {
      const next = text.indexOf(delimiter, at);
      cells.push(text.slice(at, next < 0 ? undefined : next).trim());
      if (next < 0) return cells;
      at = next + delimiter.length;
    }
  }
}
