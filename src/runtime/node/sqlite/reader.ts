import { Worker } from 'node:worker_threads';
import type { SteadyClock } from '../../../store/clock.ts';
import { type MovedClocks, presentOf, told } from '../../../store/engine/dialect.ts';
import { type SqliteReader, sqliteText } from '../../../store/engine/sqlite.ts';
import { type Row, type SqlValue, type Statement, StoreUnavailable } from '../../../store/engine.ts';

/** What travels to the worker, and back. */
export interface ReadRequest {
  readonly id: number;
  readonly sql: string;
  readonly params: readonly SqlValue[];
}
export type ReadAnswer =
  | { readonly id: number; readonly rows: Row[] }
  | { readonly id: number; readonly message: string; readonly errcode: number | undefined };

export interface SqliteReaderOptions extends MovedClocks {
  readonly file: string;
  /** What its time is; the wall for both where it is not given. */
  readonly clock?: Pick<SteadyClock, 'wall' | 'steady'>;
  /** Page cache of each reading connection in KiB. */
  readonly cacheKiB?: number;
  /** How long a worker beyond the first stays without anything to read, milliseconds; a minute unless said. */
  readonly idleMs?: number;
}

/** Reads at the same time: each worker costs some 40 MB of memory while it stands. */
const WORKERS_AT_MOST = 3;
/** A read that has waited this long for a free worker gets another one, milliseconds: short reads share what there is. */
const PATIENCE_MS = 25;
const IDLE_MS = 60_000;

interface Asked {
  readonly request: ReadRequest;
  readonly resolve: (rows: Row[]) => void;
  readonly reject: (error: unknown) => void;
}
/** A worker has one statement at most, so that none waits behind a slow one while another worker is free. */
interface Reading {
  readonly worker: Worker;
  at: Asked | undefined;
  idle: NodeJS.Timeout | undefined;
}

/**
 * Reads in worker threads, each on a read-only connection of its own, so that a slow report stalls neither an accept nor,
 * up to three of them, another read. A read begins after it was asked for, and so sees every batch answered before. The
 * first worker starts at the first read and stays; more start while the others are busy and end when they have been idle.
 * One that dies refuses the read it was at with `StoreUnavailable`; what waits goes to another, started where there is none.
 */
export function sqliteReader(options: SqliteReaderOptions): SqliteReader {
  const waiting: Asked[] = [];
  const readings: Reading[] = [];
  let patience: NodeJS.Timeout | undefined;
  let closed = false;
  let last = 0;

  const rest = (reading: Reading): void => {
    reading.worker.unref();
    reading.idle = setTimeout(() => {
      reading.idle = undefined;
      if (readings[0] !== reading) void end(reading);
    }, options.idleMs ?? IDLE_MS).unref();
  };
  const give = (reading: Reading, asked: Asked): void => {
    clearTimeout(reading.idle);
    reading.idle = undefined;
    reading.at = asked;
    reading.worker.ref();
    reading.worker.postMessage(asked.request);
  };
  const end = (reading: Reading): Promise<number> => {
    drop(reading);
    return reading.worker.terminate();
  };
  const drop = (reading: Reading): boolean => {
    const place = readings.indexOf(reading);
    if (place >= 0) readings.splice(place, 1);
    clearTimeout(reading.idle);
    return place >= 0;
  };
  const settle = (reading: Reading, answer: ReadAnswer): void => {
    const asked = reading.at;
    reading.at = undefined;
    const next = waiting.shift();
    if (next === undefined) rest(reading);
    else give(reading, next);
    if ('rows' in answer) asked?.resolve(answer.rows);
    else asked?.reject(Object.assign(new Error(answer.message), { errcode: answer.errcode }));
  };
  const lose = (reading: Reading, why: string): void => {
    if (!drop(reading)) return;
    reading.at?.reject(new StoreUnavailable(`the reading connection ended: ${why}`));
    serve();
  };
  const start = (): Reading => {
    const worker = new Worker(new URL('./reader-worker.ts', import.meta.url), {
      workerData: { file: options.file, cacheKiB: options.cacheKiB ?? 32_768 },
    });
    const reading: Reading = { worker, at: undefined, idle: undefined };
    worker.on('message', (answer: ReadAnswer) => settle(reading, answer));
    worker.on('error', (error) => lose(reading, error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => lose(reading, `exit ${code}`));
    readings.push(reading);
    return reading;
  };
  /** Hands what waits to whoever is free, the longest-standing first, so that the others can become idle. */
  const serve = (): void => {
    while (waiting.length > 0) {
      const free = readings.find(({ at }) => at === undefined) ?? (readings.length === 0 ? start() : undefined);
      if (free === undefined) break;
      give(free, waiting.shift() as Asked);
    }
    if (waiting.length === 0 || readings.length >= WORKERS_AT_MOST) return;
    patience ??= setTimeout(() => {
      patience = undefined;
      if (waiting.length > 0 && readings.length < WORKERS_AT_MOST) start();
      serve();
    }, PATIENCE_MS).unref();
  };

  return {
    all: (statement: Statement) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new StoreUnavailable('the reading connection is closed'));
          return;
        }
        last += 1;
        // The writer stands on this thread, between two batches: what is older than now was committed before this read.
        const at = Math.trunc(options.clock?.wall() ?? Date.now());
        const present = { at, now: options.clock?.steady() ?? at, atHorizon: at, ...presentOf(options) };
        const { sql, params } = told(statement, present);
        waiting.push({ request: { id: last, sql: sqliteText(sql), params }, resolve, reject });
        serve();
      }),
    close: async () => {
      closed = true;
      clearTimeout(patience);
      const ended = new StoreUnavailable('the reading connection ended: it was closed');
      for (const asked of waiting.splice(0)) asked.reject(ended);
      const ending = [...readings];
      for (const { at } of ending) at?.reject(ended);
      await Promise.all(ending.map(end));
    },
  };
}
