import { Worker } from 'node:worker_threads';
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
  /** Page cache of the reading connection in KiB. */
  readonly cacheKiB?: number;
}

/**
 * Reads in a worker thread on a read-only connection of its own, so that a slow report stalls no accept. A read begins
 * after it was asked for, and so sees every batch answered before. The worker starts at the first read, and again after
 * it has died; the reads it was at are then refused with `StoreUnavailable`.
 */
export function sqliteReader(options: SqliteReaderOptions): SqliteReader {
  const waiting = new Map<number, { resolve: (rows: Row[]) => void; reject: (error: unknown) => void }>();
  let worker: Worker | undefined;
  let closed = false;
  let last = 0;

  const settle = (answer: ReadAnswer): void => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker?.unref();
    if ('rows' in answer) asked?.resolve(answer.rows);
    else asked?.reject(Object.assign(new Error(answer.message), { errcode: answer.errcode }));
  };
  const lose = (gone: Worker, why: string): void => {
    if (worker !== gone) return;
    worker = undefined;
    for (const asked of waiting.values()) asked.reject(new StoreUnavailable(`the reading connection ended: ${why}`));
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./reader-worker.ts', import.meta.url), {
      workerData: { file: options.file, cacheKiB: options.cacheKiB ?? 32_768 },
    });
    started.on('message', settle);
    started.on('error', (error) => lose(started, error instanceof Error ? error.message : String(error)));
    started.on('exit', (code) => lose(started, `exit ${code}`));
    return started;
  };

  return {
    all: (statement: Statement) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new StoreUnavailable('the reading connection is closed'));
          return;
        }
        worker ??= start();
        worker.ref();
        last += 1;
        waiting.set(last, { resolve, reject });
        // The writer stands on this thread, between two batches: what is older than now was committed before this read.
        const { sql, params } = told(statement, { atHorizon: Date.now(), ...presentOf(options) });
        const request: ReadRequest = { id: last, sql: sqliteText(sql), params };
        worker.postMessage(request);
      }),
    close: async () => {
      closed = true;
      const ending = worker;
      if (ending === undefined) return;
      lose(ending, 'it was closed');
      await ending.terminate();
    },
  };
}
