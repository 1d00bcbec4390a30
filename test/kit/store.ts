import type { MovedClocks } from '../../src/store/engine/dialect.ts';
import { openPostgres } from '../../src/store/engine/postgres.ts';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import type { Engine } from '../../src/store/engine.ts';

/** The engine that this run of the tests stands on: `npm test` runs what opens a store through here on all three. */
export const storeKind = (process.env.TEST_STORE ?? 'sqlite') as Engine['kind'];

/** For tests of what only SQLite has: its plans, its files, answers within a turn. */
export const onlySqlite = storeKind === 'sqlite';

/** A new store of that engine, for `migrate` to bring to its schema. Whoever opens it closes it. `file` counts on SQLite only. */
export async function openStore(options: MovedClocks & { readonly file?: string } = {}): Promise<Engine> {
  const { file = ':memory:', ...clocks } = options;
  // Loaded where they are used: they belong to a run of the tests, and this is used outside of one too.
  const opened = {
    sqlite: async () => openSqlite({ file, ...clocks }),
    postgres: async () =>
      (await import('./store/postgres.ts')).newPostgres((url) =>
        openPostgres({ url, ...clocks, connections: 4, readers: 1 }),
      ),
    d1: async () => (await import('./store/d1.ts')).newD1(clocks),
  };
  // Nobody else knows of it: what a process of the test held when it died is free at once, as on SQLite, and what is
  // sealed need not wait for others.
  return { ...(await opened[storeKind]()), sole: true, serial: true };
}
