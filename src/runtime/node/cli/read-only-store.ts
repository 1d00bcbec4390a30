import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { SteadyClock } from '../../../store/clock.ts';
import { type ClockRow, readClock } from '../../../store/clock-statements.ts';
import { withClocks } from '../../../store/engine/clock-functions.ts';
import { sqliteText } from '../../../store/engine/sqlite.ts';
import type { Row, Statement } from '../../../store/engine.ts';
import { migrations } from '../../../store/migrations/migrate.ts';
import { nodeClock } from '../clock.ts';
import { Failure } from './failure.ts';

export interface ReadOnlyStore {
  scan<R extends object = Row>(statement: Statement): Promise<R[]>;
  /** A pragma or a statement without the store's fragments. */
  rows(text: string): Row[];
  close(): void;
}

/** Whether the store has the schema that this program reads; it is raised at the next start, not by reading. */
export function isMigrated(store: ReadOnlyStore): boolean {
  const applied = new Set(store.rows('select number from migration where applied_at > 0').map((row) => row.number));
  return migrations.every(({ number }) => applied.has(number));
}

/** The same as a failure, for what would read it wrongly. */
export function mustBeMigrated(store: ReadOnlyStore): void {
  if (!isMigrated(store))
    throw new Failure(
      'Kho còn lược đồ cũ: hãy chạy cổng một lần bằng bản này trước',
      'the store has an older schema: start the gateway with this program first',
    );
}

/** A connection that cannot write, beside a running server or without one. */
export function openReadOnly(file: string): ReadOnlyStore {
  if (!existsSync(file))
    throw new Failure(`Chưa có kho dữ liệu ${file}`, 'there is no such store; DATABASE_URL names it');
  const database = new DatabaseSync(file, { readOnly: true });
  database.exec('pragma busy_timeout = 5000');
  const look = withClocks(database, { clock: clockOf(database) });
  return {
    scan: async <R extends object>({ sql, params }: Statement) => {
      look();
      return database.prepare(sqliteText(sql)).all(...params) as R[];
    },
    rows: (text) => database.prepare(text).all() as Row[],
    close: () => database.close(),
  };
}

/** The store's time as its server shows it, or as it would go on from where it was left. */
function clockOf(database: DatabaseSync): SteadyClock {
  const clock = nodeClock();
  const there = database.prepare(`select name from sqlite_master where type = 'table' and name = 'clock'`).get();
  const saved = there && database.prepare(sqliteText(readClock().sql)).get();
  clock.resume(saved as unknown as ClockRow | undefined);
  return clock;
}
