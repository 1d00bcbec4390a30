/** A thread behind `reader.ts`: one read-only connection, one statement at a time. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { Row } from '../../../store/engine.ts';
import type { ReadAnswer, ReadRequest } from './reader.ts';

const { file, cacheKiB } = workerData as { file: string; cacheKiB: number };
const database = new DatabaseSync(file, { readOnly: true });
database.exec(
  `pragma busy_timeout = 5000; pragma query_only = on; pragma temp_store = memory; pragma cache_size = -${Math.trunc(cacheKiB)}; pragma trusted_schema = off;`,
);
const prepared = new Map<string, StatementSync>();

function read({ id, sql, params }: ReadRequest): ReadAnswer {
  try {
    let statement = prepared.get(sql);
    if (statement === undefined) {
      if (prepared.size > 200) prepared.clear();
      statement = database.prepare(sql);
      prepared.set(sql, statement);
    }
    return { id, rows: statement.all(...params) as Row[] };
  } catch (error) {
    const errcode = (error as { errcode?: unknown }).errcode;
    return {
      id,
      message: error instanceof Error ? error.message : String(error),
      errcode: typeof errcode === 'number' ? errcode : undefined,
    };
  }
}

parentPort?.on('message', (request: ReadRequest) => parentPort?.postMessage(read(request)));
