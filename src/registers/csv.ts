import { CsvError, parse } from 'csv-parse/sync';

/** What is wrong with a file, by the line where it stands (the head is line 1). */
export interface LineError {
  readonly line: number;
  /** The column, or null where the whole line is wrong. */
  readonly column: string | null;
  readonly message: string;
}

export interface CsvRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/**
 * A CSV text with a head line, `,` or `;` between its cells (spreadsheets here write `;`), quotes, a byte order mark
 * if it must be. Every cell is trimmed.
 */
export function readCsv(
  text: string,
):
  | { readonly columns: readonly string[]; readonly rows: readonly CsvRow[] }
  | { readonly errors: readonly LineError[] } {
  const head = (text.split(/\r?\n/, 1)[0] ?? '').replace('\uFEFF', '');
  const delimiter = head.includes(';') && !head.includes(',') ? ';' : ',';
  try {
    let columns: readonly string[] = [];
    const records = parse(text, {
      bom: true,
      delimiter,
      info: true,
      skip_empty_lines: true,
      trim: true,
      columns: (names: string[]) => {
        columns = names.map((name) => name.trim().toLowerCase());
        return [...columns];
      },
    }) as unknown as readonly { readonly info: { readonly lines: number }; readonly record: Record<string, string> }[];
    const twice = columns.find((name, index) => columns.indexOf(name) !== index);
    if (twice !== undefined) return failed(1, twice, 'stands twice in the head');
    return { columns, rows: records.map(({ info, record }) => ({ line: info.lines, cells: record })) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : 1;
    return failed(line, null, wordsFor(error.code));
  }
}

const failed = (line: number, column: string | null, message: string) => ({ errors: [{ line, column, message }] });

/** Never the parser's own words: they repeat what stands in the line. */
function wordsFor(code: string): string {
  if (code.startsWith('CSV_RECORD_INCONSISTENT')) return 'has more or fewer cells than the head';
  if (code.includes('QUOTE')) return 'has a quote that is not closed or stands where none may';
  return 'cannot be read as CSV';
}
