import type { LineError } from './csv.ts';

/** A row and the line it came from; no line for one that is held already. */
export interface Placed {
  readonly line: number | undefined;
  readonly row: { readonly code: string; readonly valid_from: string; readonly valid_to: string | null };
}

/** A code means one thing on one day: validities of the same code that share a day are named, by line. */
export function overlaps(rows: readonly Placed[]): LineError[] {
  const errors: LineError[] = [];
  for (const group of Map.groupBy(rows, ({ row }) => row.code).values()) {
    const inOrder = group.toSorted((a, b) => compare(a.row.valid_from, b.row.valid_from));
    for (const [index, later] of inOrder.entries()) {
      const earlier = inOrder[index - 1];
      if (earlier === undefined) continue;
      if (earlier.row.valid_to !== null && earlier.row.valid_to < later.row.valid_from) continue;
      const [told, other] = later.line === undefined ? [earlier, later] : [later, earlier];
      errors.push({
        line: told.line ?? 1,
        column: 'valid_from',
        message:
          other.line === undefined
            ? `overlaps the validity held since ${other.row.valid_from}; give that row a valid_to in the same file`
            : `overlaps line ${other.line}, which has the same code`,
      });
    }
  }
  return errors.toSorted((a, b) => a.line - b.line);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
