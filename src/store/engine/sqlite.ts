import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SteadyClock } from '../clock.ts';
import { type Engine, type Row, type Statement, type StoreLimits, StoreUnavailable } from '../engine.ts';
import { mustFit } from '../limits.ts';
import { withClocks } from './clock-functions.ts';
import { inDialect, type MovedClocks } from './dialect.ts';
import { SQLITE_DIALECT } from './sqlite-dialect.ts';

export interface SqliteOptions extends MovedClocks {
  /** File of the database, or `:memory:`. */
  readonly file: string;
  /** What its time is; the wall for both where it is not given. */
  readonly clock?: Pick<SteadyClock, 'wall' | 'steady'>;
  /** Serves `scan` from elsewhere (a worker thread); without it scans run on the writer's connection. */
  readonly reader?: SqliteReader;
  /** Page cache in KiB. */
  readonly cacheKiB?: number;
  /** Pages of log after which a commit copies them into the file itself; 4,000 unless somebody else does it. */
  readonly checkpointPages?: number;
}
export interface SqliteReader {
  all(statement: Statement): Promise<Row[]>;
  close(): Promise<void>;
}

/** Watches over the files and the owner of a store. Each answers in words for a person why not, or undefined. */
export interface SqliteGuard {
  /** Within the transaction of a group, before anything of it is written. */
  mayWrite(): string | undefined;
  /** Once the group is on disk, before anybody is told so. */
  mayAcknowledge(): string | undefined;
}

export type SqliteEngine = Engine & {
  readonly database: DatabaseSync;
  /** From now on every group is written and acknowledged only where the guard lets it. */
  guardBy(guard: SqliteGuard): void;
  /** Told after each commit that ended what must be found nowhere any more: `Statement.forgets`. */
  onForgotten(told: () => void): void;
};

const LIMITS: StoreLimits = { parameters: 32_766, textBytes: 100_000_000, commands: 5_000 };

/** SQL as SQLite takes it. */
export const sqliteText = (text: string): string => inDialect(text, SQLITE_DIALECT).replaceAll('json_each(', EACH);

/**
 * `json_each` writes each command out as text again for every field taken from it; `jsonb_each` (SQLite 3.51) hands on
 * the parsed form, which makes a batch of accepts a fifth cheaper.
 */
const EACH: string = ((): string => {
  const probe = new DatabaseSync(':memory:');
  try {
    probe.prepare("select 1 from jsonb_each('{}')");
    return 'jsonb_each(';
  } catch {
    return 'json_each(';
  } finally {
    probe.close();
  }
})();

/**
 * One writer on the calling thread. Batches handed over in one event-loop turn share one transaction and so one
 * fdatasync: each runs in its own savepoint, so that one that fails undoes itself alone; a failure of the disk undoes
 * all of them, and each gets `StoreUnavailable`.
 */
export function openSqlite(options: SqliteOptions): SqliteEngine {
  const database = new DatabaseSync(options.file);
  // Pages of 8 KB hold two dossiers each; a file keeps the size that it was made with.
  database.exec(`pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000;
    pragma temp_store = memory; pragma cache_size = -${options.cacheKiB ?? 24_576}; pragma wal_autocheckpoint = ${options.checkpointPages ?? 4_000};
    pragma journal_size_limit = 67108864; pragma trusted_schema = off; pragma secure_delete = on;`);
  const look = withClocks(database, options);
  const prepared = new Map<string, StatementSync>();
  const queue: Waiting[] = [];
  let scheduled = false;
  let closed = false;
  let guard: SqliteGuard | undefined;
  let forgotten: (() => void) | undefined;

  const prepare = (text: string): StatementSync => {
    let statement = prepared.get(text);
    if (statement === undefined) {
      if (prepared.size > 500) prepared.clear();
      statement = database.prepare(sqliteText(text));
      prepared.set(text, statement);
    }
    return statement;
  };
  const rows = (statement: Statement): Row[] => {
    if (statement.locksOnly) return [];
    const { sql, params } = statement;
    mustFit(statement, LIMITS);
    look();
    return prepare(sql).all(...params) as Row[];
  };

  function flush(): void {
    scheduled = false;
    const group = queue.splice(0);
    if (group.length === 0) return;
    const settled: (() => void)[] = [];
    try {
      database.exec('begin immediate');
      refused(guard?.mayWrite());
      for (const waiting of group) {
        const alone = group.length === 1;
        try {
          if (!alone) database.exec('savepoint one');
          const result = waiting.statements.map(rows);
          if (!alone) database.exec('release one');
          settled.push(() => waiting.resolve(result));
        } catch (error) {
          if (alone || isStorageFailure(error) || !database.isTransaction) throw error;
          database.exec('rollback to one; release one');
          settled.push(() => waiting.reject(error));
        }
      }
      database.exec('commit');
      refused(guard?.mayAcknowledge());
    } catch (error) {
      if (database.isTransaction) database.exec('rollback');
      const reason = isStorageFailure(error)
        ? new StoreUnavailable(`the store cannot be written: ${messageOf(error)}`, 5, { cause: error })
        : error;
      for (const waiting of group) waiting.reject(reason);
      return;
    }
    for (const settle of settled) settle();
    if (forgotten !== undefined && group.some(({ statements }) => statements.some(({ forgets }) => forgets)))
      forgotten();
  }

  return {
    kind: 'sqlite',
    sole: true,
    serial: true,
    limits: LIMITS,
    database,
    guardBy: (by) => {
      guard = by;
    },
    onForgotten: (told) => {
      forgotten = told;
    },
    all: async <R extends object>(statement: Statement) => rows(statement) as R[],
    scan: async <R extends object>(statement: Statement) => {
      mustFit(statement, LIMITS);
      return (options.reader ? await options.reader.all(statement) : rows(statement)) as R[];
    },
    batch: (statements) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new StoreUnavailable('the store is closed'));
          return;
        }
        queue.push({ statements, resolve, reject });
        if (scheduled) return;
        scheduled = true;
        setImmediate(flush);
      }),
    turn: (run) => void setImmediate(run),
    close: async () => {
      closed = true;
      flush();
      await options.reader?.close();
      prepared.clear();
      database.close();
    },
  };
}

function refused(why: string | undefined): void {
  if (why !== undefined) throw new StoreUnavailable(`the store cannot be written: ${why}`);
}

interface Waiting {
  readonly statements: readonly Statement[];
  readonly resolve: (rows: Row[][]) => void;
  readonly reject: (error: unknown) => void;
}

/** SQLITE_FULL, READONLY, IOERR, CANTOPEN, BUSY, LOCKED: the disk or the file, not the statement. */
const STORAGE_FAILURES = new Set([13, 8, 10, 14, 5, 6]);

function isStorageFailure(error: unknown): boolean {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' && STORAGE_FAILURES.has(code & 0xff);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
