import type { z } from 'zod';
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../crypto/bytes.ts';
import { problem, Refused } from './problem.ts';

/**
 * A cursor is a position in a list, as base64url JSON: opaque to callers, and harmless when forged, because it is
 * parsed like any input and can only name another position of a list that the caller may read anyway. It holds no
 * personal datum.
 */
export function cursorOf(position: readonly (string | number)[]): string {
  return toBase64Url(utf8(JSON.stringify(position)));
}

/** The position that a cursor names; undefined without one. Throws a `Refused` 400 for a text that is none of ours. */
export function positionOf<Position>(cursor: string | undefined, shape: z.ZodType<Position>): Position | undefined {
  if (cursor === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(fromUtf8(fromBase64Url(cursor))));
  } catch {
    throw new Refused(problem('invalid-cursor'));
  }
}

/**
 * A page out of rows of which one more than `limit` was asked for: the surplus row tells that another page follows.
 */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  position: (row: Row) => readonly (string | number)[],
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(position(last)) : null,
  };
}
