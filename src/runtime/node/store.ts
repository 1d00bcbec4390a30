import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Config } from '../../config.ts';
import type { Platform } from '../../platform.ts';
import { openSqlite } from '../../store/engine/sqlite.ts';
import type { Engine } from '../../store/engine.ts';
import { endAllLeases } from '../../store/lease.ts';
import { migrate } from '../../store/migrations/migrate.ts';
import type { Migration } from '../../store/migrations/migration.ts';
import { type KeptClock, nodeClock, resumeClock } from './clock.ts';
import { type FileLock, lockFile } from './file-lock.ts';
import { nodePlatform } from './platform.ts';
import { keepCheckpointing } from './sqlite/checkpoints.ts';
import { sqliteReader } from './sqlite/reader.ts';

export interface OpenStore {
  readonly engine: Engine;
  /** Time and chance as the store counts them. */
  readonly platform: Platform;
  readonly clock: KeptClock;
  /** The database's file. */
  readonly file: string;
  close(): Promise<void>;
}

/** How long a start waits for an earlier process to let go of the file, milliseconds. */
const LOCK_WAIT_MS = 5_000;

/** The log's length at which a commit copies it after all, pages: far more than a second writes. */
const CHECKPOINT_PAGES = 16_000;

/** The file that a configuration names; only SQLite is served by this release. */
export function databaseFile(config: Pick<Config, 'database'>): string {
  if (config.database.kind !== 'sqlite') throw new Error('DATABASE_URL: this release runs on sqlite:FILE only');
  return resolve(config.database.file);
}

/** Opens the store as its one server: locked against every other, brought to the newest schema. */
export async function openStore(
  config: Pick<Config, 'database'>,
  log: (message: string) => void = () => {},
  more: readonly Migration[] = [],
): Promise<OpenStore> {
  const file = databaseFile(config);
  mkdirSync(dirname(file), { recursive: true });
  const lock: FileLock = lockFile(file, LOCK_WAIT_MS);
  try {
    const time = nodeClock();
    const engine = openSqlite({
      ...{ file, clock: time, checkpointPages: CHECKPOINT_PAGES },
      reader: sqliteReader({ file, clock: time }),
    });
    const platform = nodePlatform(time);
    const resumed = await resumeClock(engine, time);
    await migrate(engine, log, more);
    const clock = await resumed.keep(platform);
    // Whoever holds the file's lock owns what earlier processes left: sealing and numbering go on at once.
    await engine.batch([endAllLeases()]);
    const checkpoints = keepCheckpointing(file);
    return {
      engine,
      platform,
      clock,
      file,
      close: async () => {
        await clock.stop();
        await checkpoints.stop();
        await engine.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
