import type { DatabaseSync } from 'node:sqlite';
import { type Head, headOf, type Line, type Seal } from '../../journal/line.ts';
import { lastSeal, lineOf, linesBetween, sealOf, sealsFrom } from '../../journal/statements.ts';
import type { Row, Statement } from '../../store/engine.ts';

/** What a database says, also one that is older than the schema, or empty. */
function rowsOf(database: DatabaseSync, table: 'journal' | 'seal' | 'meta', { sql, params }: Statement): Row[] {
  const [found] = database.prepare(`select 1 from sqlite_master where type = 'table' and name = ?`).all(table);
  return found === undefined ? [] : (database.prepare(sql).all(...params) as Row[]);
}

export function newestHead(database: DatabaseSync): Head | undefined {
  const [row] = rowsOf(database, 'seal', lastSeal());
  return row && headOf(sealOf(row));
}

/** Seal `n` with the lines that stand where it has them; undefined where there is none. */
export function sealWithLines(
  database: DatabaseSync,
  n: number,
): { readonly seal: Seal; readonly lines: readonly Line[] } | undefined {
  const [row] = rowsOf(database, 'seal', sealsFrom(n, 1));
  const seal = row && sealOf(row);
  if (seal?.n !== n) return undefined;
  const { first, last } = seal;
  const lines = rowsOf(database, 'journal', linesBetween(first, last, Math.max(1, last - first + 2))).map(lineOf);
  return { seal, lines };
}

export const hasLine = (database: DatabaseSync, id: string): boolean =>
  rowsOf(database, 'journal', { sql: 'select 1 as one from journal where id = ?1', params: [id] }).length > 0;

/** What the store calls itself; undefined where it never had a name. */
export function tokenOf(database: DatabaseSync): string | undefined {
  const [row] = rowsOf(database, 'meta', { sql: "select value from meta where key = 'store.token'", params: [] });
  return row === undefined ? undefined : String(row.value);
}
