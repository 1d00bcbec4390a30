import { composed } from '../../contracts/domain/text.ts';
import { type LineError, readCsv } from './csv.ts';
import type { ImportDefaults, RegisterDefinition, RegisterRow } from './definition.ts';
import type { Placed } from './overlap.ts';

/** Rows of a CSV text, or what is wrong with it by line. */
export function parseFile<Row extends RegisterRow>(
  definition: RegisterDefinition<Row>,
  command: ImportDefaults & { readonly csv: string },
  errorsAtMost: number,
): { readonly rows: readonly Placed<Row>[] } | { readonly errors: readonly LineError[] } {
  const { columns } = definition;
  // Codes and names in one spelling, as the contract brings them to it.
  const csv = readCsv(composed(command.csv));
  if ('errors' in csv) return csv;
  const errors: LineError[] = [];
  const rows: Placed<Row>[] = [];
  for (const { line, cells } of csv.rows) {
    if (errors.length >= errorsAtMost) break;
    const laidOut = definition.adapt?.(csv.columns, cells, command) ?? cells;
    const filled: Record<string, string | null> = Object.fromEntries(
      columns.map((name) => [name, laidOut[name] || null]),
    );
    filled.valid_from ??= command.validFrom ?? null;
    if (columns.some((name) => name === 'province')) filled.province ??= command.province ?? null;
    const parsed = parseRow(definition, filled, line);
    if ('row' in parsed) rows.push(parsed);
    else errors.push(...parsed);
  }
  if (csv.rows.length === 0) errors.push({ line: 1, column: null, message: 'the file has no rows' });
  return errors.length > 0 ? { errors } : { rows };
}

/** One row by column, or what is wrong with it. */
export function parseRow<Row extends RegisterRow>(
  definition: RegisterDefinition<Row>,
  cells: Readonly<Record<string, string | number | null>>,
  line: number,
): Placed<Row> | LineError[] {
  const parsed = definition.row.safeParse(cells);
  if (parsed.success) return { line, row: parsed.data };
  return parsed.error.issues.map((issue) => {
    const column = String(issue.path[0] ?? '');
    return { line, column, message: cells[column] === null ? 'is required' : wordsFor(issue.message) };
  });
}

const wordsFor = (message: string): string => message.replace(/^Invalid (input|option): /, '');
