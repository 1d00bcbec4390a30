import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { type Engine, type Row, type SqlValue, type Statement, StoreUnavailable } from '../engine.ts';
import {
  type Dialect,
  inDialect,
  looksAtHorizon,
  type MovedClocks,
  outsideQuotes,
  type Present,
  presentOf,
  told,
} from './dialect.ts';

export interface PostgresOptions extends MovedClocks {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Connections that write; more batches than that wait. */
  readonly connections?: number;
  /** Connections of `scan`, which can only read: so many long reads run beside one another. */
  readonly readers?: number;
}

const NOW_MS = 'cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)';
const POSTGRES: Dialect = {
  ...{ at: NOW_MS, now: NOW_MS, atHorizon: NOW_MS },
  ...{ lockRows: 'for update of s', skipLocked: 'for update of s skip locked', clustered: '' },
};

/** SQL as PostgreSQL takes it: its parameters have a `$`, what it reads as JSON says so, and text is ordered by bytes. */
function postgresText(text: string): string {
  const filled = inDialect(text, POSTGRES);
  const definition = /^\s*(create|alter) table\b/i.test(filled);
  return outsideQuotes(filled, (code) => {
    const own = code.replace(/json_each\(\?(\d+)\)/g, 'json_each(?$1::json)').replace(/\?(\d+)/g, '$$$1');
    return definition ? own.replace(/\btext\b/g, 'text collate "C"') : own;
  });
}

/** As the other engines hand them out: whole numbers and sums are numbers, truth is 1 or 0. */
const PARSERS: Readonly<Record<number, (text: string) => SqlValue>> = {
  16: (text) => (text === 't' ? 1 : 0),
  20: Number,
  21: Number,
  23: Number,
  700: Number,
  701: Number,
  1700: Number,
};
const types = { getTypeParser: (oid: number) => PARSERS[oid] ?? ((text: string) => text) };

/** Who writes is known by this name, so that a read of the horizon waits for nobody else. */
const WRITER = 'lienthong';
/**
 * Begun before whatever it lets through can appear: a batch that is open now may still bring rows of any moment since
 * it began. It has no number before it has written, so our own connections count as soon as they begin.
 */
const HORIZON = `select cast(floor(extract(epoch from least(statement_timestamp(), (
   select min(a.xact_start) from pg_stat_activity a where a.datname = current_database() and a.pid <> pg_backend_pid()
      and (a.backend_xid is not null or a.application_name = '${WRITER}')))) * 1000) as bigint) as ms`;

/** A batch that met another (deadlock, serialization) is run again so often. */
const RUNS = 8;

/**
 * Many processes may have the store open. A batch is one transaction, sent in one go: its statements do not wait for one
 * another's answers to travel. A connection that is lost during the commit is met with `StoreUnavailable` too, though the
 * batch may then have taken effect: nobody looks it up yet.
 */
export function openPostgres(options: PostgresOptions): Engine {
  const shared = { connectionString: options.url, types, allowExitOnIdle: true };
  const writers = new pg.Pool({
    ...shared,
    max: options.connections ?? 16,
    application_name: WRITER,
    pipeline: true,
  });
  const readers = new pg.Pool({
    ...shared,
    max: options.readers ?? 4,
    application_name: `${WRITER}-reader`,
    options: '-c default_transaction_read_only=on',
  });
  // A connection that breaks while nobody uses it is replaced by the pool; its batch, if it had one, hears of it itself.
  for (const pool of [writers, readers]) pool.on('error', () => {});
  let closed = false;

  const texts = new Map<string, { readonly text: string; readonly name: string }>();
  function queryOf({ sql, params }: Statement): pg.QueryConfig {
    let known = texts.get(sql);
    if (known === undefined) {
      known = { text: postgresText(sql), name: `s${texts.size}` };
      texts.set(sql, known);
    }
    // Definitions have no parameters, and are used once: the server keeps none of them.
    return params.length === 0 ? { text: known.text } : { ...known, values: [...params] };
  }

  async function once(statements: readonly Statement[]): Promise<Row[][]> {
    const client = await writers.connect();
    let broken: Error | undefined;
    try {
      const ends = await Promise.allSettled([
        client.query('begin'),
        ...statements.map((statement) => client.query(queryOf(statement))),
        client.query('commit'),
      ]);
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
      return ends.slice(1, -1).map((end) => (end as PromiseFulfilledResult<pg.QueryResult<Row>>).value.rows);
    } catch (error) {
      broken = isGone(error) ? asError(error) : undefined;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async function batch(statements: readonly Statement[]): Promise<Row[][]> {
    const known = await instantsTold(statements);
    for (let run = 1; ; run += 1) {
      try {
        return await once(known);
      } catch (error) {
        if (!MET_ANOTHER.has(codeOf(error)) || run >= RUNS) throw asOurs(error);
        await wait(Math.random() * 5 * 2 ** run);
      }
    }
  }

  /** Asked before the statement's own snapshot is taken: what ended in between is then there to be seen. */
  async function horizonMs(): Promise<number> {
    const { rows } = await readers.query<{ ms: number }>(HORIZON);
    return rows[0]?.ms ?? 0;
  }
  async function instantsTold(statements: readonly Statement[]): Promise<readonly Statement[]> {
    const present: Present = presentOf(options);
    const asked =
      present.atHorizon === undefined && statements.some(looksAtHorizon) ? { atHorizon: await horizonMs() } : present;
    return statements.map((statement) => told(statement, asked));
  }

  async function read(pool: pg.Pool, statement: Statement): Promise<Row[]> {
    try {
      const [known = statement] = await instantsTold([statement]);
      return (await pool.query<Row>(queryOf(known))).rows;
    } catch (error) {
      throw asOurs(error);
    }
  }
  function asOurs(error: unknown): unknown {
    if (closed) return new StoreUnavailable('the store is closed', 5, { cause: error });
    return isGone(error) || NO_ROOM.test(codeOf(error))
      ? new StoreUnavailable(`the store cannot be reached: ${asError(error).message}`, 5, { cause: error })
      : error;
  }

  return {
    kind: 'postgres',
    sole: false,
    limits: { parameters: 65_535, textBytes: 250_000_000 },
    all: async <R extends object>(statement: Statement) => (await read(writers, statement)) as R[],
    scan: async <R extends object>(statement: Statement) => (await read(readers, statement)) as R[],
    batch: (statements) => (closed ? Promise.reject(new StoreUnavailable('the store is closed')) : batch(statements)),
    turn: (run) => void setImmediate(run),
    close: async () => {
      if (closed) return;
      closed = true;
      await Promise.all([writers.end(), readers.end()]);
    },
  };
}

/** deadlock_detected, serialization_failure. */
const MET_ANOTHER = new Set(['40P01', '40001']);
/** Classes 53 (no room, no memory, no connection) and 58 (its system failed), and a server that only reads. */
const NO_ROOM = /^(53|58|25006)/;
/** Class 08 (connection) and 57P (the server stops, or starts). */
const GONE = /^(08|57P)/;

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '');
/** What has no code of the server's is said by the driver: the connection could not be made, or was lost. */
const isGone = (error: unknown): boolean => GONE.test(codeOf(error)) || !/^[0-9A-Z]{5}$/.test(codeOf(error));
