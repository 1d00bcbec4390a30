import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sqliteText } from '../../../store/engine/sqlite.ts';
import type { Row, Statement } from '../../../store/engine.ts';
import { Failure } from './failure.ts';

export interface ReadOnlyStore {
  scan<R extends object = Row>(statement: Statement): Promise<R[]>;
  /** A pragma or a statement without the store's fragments. */
  rows(text: string): Row[];
  close(): void;
}

/** A connection that cannot write, beside a running server or without one. */
export function openReadOnly(file: string): ReadOnlyStore {
  if (!existsSync(file))
    throw new Failure(`Chưa có kho dữ liệu ${file}`, 'there is no such store; DATABASE_URL names it');
  const database = new DatabaseSync(file, { readOnly: true });
  database.exec('pragma busy_timeout = 5000');
  return {
    scan: async <R extends object>({ sql, params }: Statement) =>
      database.prepare(sqliteText(sql)).all(...params) as R[],
    rows: (text) => database.prepare(text).all() as Row[],
    close: () => database.close(),
  };
}
