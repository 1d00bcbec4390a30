import { CsvError, parse } from 'csv-parse/sync';
import { NotText, textLines } from './text-lines.ts';

/** One record of a file with separated cells: where it begins, and its cells as they stand. */
export interface TextRecord {
  readonly row: number;
  readonly cells: readonly string[];
}

/** Rows that one record with quotes may take. */
const LONGEST_RECORD_ROWS = 200;

/**
 * Records as their bytes come, a group for each piece. Quotes count where the separator is not `|`: pipe files have none.
 * Throws `NotText` for a quote that never ends.
 */
export async function* textRecords(
  file: AsyncIterable<Uint8Array>,
  delimiter: string,
): AsyncGenerator<readonly TextRecord[]> {
  const quotes = delimiter !== '|';
  /** Rows of a record whose quotes are not closed yet. */
  let open: { readonly row: number; readonly rows: string[] } | undefined;
  for await (const lines of textLines(file)) {
    const records: TextRecord[] = [];
    for (const { row, text } of lines) {
      if (open === undefined && (!quotes || !text.includes('"'))) {
        if (text.trim() !== '') records.push({ row, cells: text.split(delimiter) });
        continue;
      }
      open ??= { row, rows: [] };
      open.rows.push(text);
      if (open.rows.length > LONGEST_RECORD_ROWS) throw new NotText(open.row, 'has a quote that is not closed');
      const whole = open.rows.join('\n');
      if (!isClosed(whole)) continue;
      records.push({ row: open.row, cells: quoted(whole, delimiter, open.row) });
      open = undefined;
    }
    if (records.length > 0) yield records;
  }
  if (open !== undefined) throw new NotText(open.row, 'has a quote that is not closed');
}

const isClosed = (text: string): boolean => {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes % 2 === 0;
};

function quoted(text: string, delimiter: string, row: number): readonly string[] {
  try {
    const [cells = []] = parse(text, { delimiter, relax_column_count: true }) as string[][];
    return cells;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new NotText(row, 'has a quote where none may stand');
  }
}
