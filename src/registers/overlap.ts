import type { LineError } from './csv.ts';
import type { RegisterRow } from './definition.ts';

/** A row and the line it came from; no line for one that is held already. */
export interface Placed<Row extends RegisterRow = RegisterRow> {
  readonly line: number | undefined;
  readonly row: Row;
}

/** A key means one thing on one day: validities of the same key that share a day are named, by line (or by entry, where no file is). */
export function overlaps<Row extends RegisterRow>(
  rows: readonly Placed<Row>[],
  key: readonly (keyof Row & string)[],
  called: 'line' | 'entry' = 'line',
): LineError[] {
  const errors: LineError[] = [];
  const groups = Map.groupBy(rows, ({ row }) => JSON.stringify(key.map((column) => row[column])));
  for (const group of groups.values()) {
    const inOrder = group.toSorted((a, b) => compare(a.row.valid_from, b.row.valid_from));
    for (const [index, later] of inOrder.entries()) {
      const earlier = inOrder[index - 1];
      if (earlier === undefined) continue;
      if (earlier.row.valid_to !== null && earlier.row.valid_to < later.row.valid_from) continue;
      const [told, other] = later.line === undefined ? [earlier, later] : [later, earlier];
      errors.push({ line: told.line ?? 1, column: 'valid_from', message: wordsFor(other, key, called) });
    }
  }
  return errors.toSorted((a, b) => a.line - b.line);
}

const wordsFor = ({ line, row }: Placed, key: readonly string[], called: 'line' | 'entry'): string => {
  if (line === undefined)
    return `overlaps the validity held since ${row.valid_from}; give that row a valid_to in the same file`;
  return called === 'entry'
    ? `overlaps the validity of entry ${line}`
    : `overlaps line ${line}, which has the same ${key.join(', ')}`;
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
