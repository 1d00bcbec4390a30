import { type Engine, type Row, type SqlValue, type Statement, type StoreLimits, StoreUnavailable } from '../engine.ts';
import { mustFit } from '../limits.ts';
import { inDialect, type MovedClocks, presentOf, told } from './dialect.ts';
import { D1_DIALECT } from './sqlite-dialect.ts';

/** As much of Cloudflare's D1 binding as is used here. */
export interface D1Database {
  prepare(sql: string): D1Statement;
  batch<R>(statements: D1Statement[]): Promise<{ readonly results: R[] }[]>;
}
interface D1Statement {
  bind(...values: SqlValue[]): D1Statement;
  all<R>(): Promise<{ readonly results: R[] }>;
}

/** Theirs are 100 parameters, and 2 MB for a text and for the whole row that it stands in. */
export const D1_LIMITS: StoreLimits = { parameters: 100, textBytes: 1_900_000, commands: 500 };

/** `DB.batch` is one transaction, and one at a time: it needs no locks. `turn` runs its argument in a later turn. */
export function openD1(database: D1Database, turn: Engine['turn'], clocks: MovedClocks = {}): Engine {
  let closed = false;
  function bound(statement: Statement): D1Statement {
    const known = told(statement, presentOf(clocks));
    mustFit(known, D1_LIMITS);
    const { sql, params } = known;
    return database.prepare(inDialect(sql, D1_DIALECT)).bind(...params);
  }

  async function asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    if (closed) throw new StoreUnavailable('the store is closed');
    try {
      return await ask();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!CANNOT.test(message)) throw error;
      throw new StoreUnavailable(`the store cannot be reached: ${message}`, 5, { cause: error });
    }
  }
  const read = async <R extends object>(statement: Statement): Promise<R[]> =>
    (await asked(() => bound(statement).all<R>())).results;

  return {
    kind: 'd1',
    sole: false,
    serial: true,
    limits: D1_LIMITS,
    all: read,
    scan: read,
    batch: async (statements) => {
      const taken = statements.filter(({ locksOnly }) => !locksOnly);
      const results = taken.length === 0 ? [] : await asked(() => database.batch<Row>(taken.map(bound)));
      return statements.map(({ locksOnly }) => (locksOnly ? [] : (results.shift()?.results ?? [])));
    },
    turn,
    close: async () => {
      closed = true;
    },
  };
}

/**
 * Their words for a database that cannot be reached, is moved or has too much to do. Where the connection was lost, a
 * batch may have taken effect all the same: nobody looks it up yet.
 */
const CANNOT =
  /overloaded|Network connection lost|object to be reset|object reset|D1_EXEC_ERROR: internal|starting up/i;
