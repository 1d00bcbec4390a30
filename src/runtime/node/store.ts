import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Config } from '../../config.ts';
import { standing } from '../../journal/standing.ts';
import { newId, type Platform } from '../../platform.ts';
import { openSqlite, type SqliteEngine } from '../../store/engine/sqlite.ts';
import { type Engine, sql } from '../../store/engine.ts';
import { endAllLeases } from '../../store/lease.ts';
import { migrate } from '../../store/migrations/migrate.ts';
import type { Migration } from '../../store/migrations/migration.ts';
import { fileAnchor } from './anchor-file.ts';
import { type KeptClock, nodeClock, resumeClock } from './clock.ts';
import { type FileLock, lockFile } from './file-lock.ts';
import { anchorFile, sealKeys, storeNoteFile } from './keys.ts';
import { keepToOwner, ownFile, realPath } from './own-file.ts';
import { nodePlatform } from './platform.ts';
import { findMark, judgeBeside, judgeMark, removeMark } from './restore-mark.ts';
import { whileAlone } from './sqlite/alone.ts';
import { keepCheckpointing } from './sqlite/checkpoints.ts';
import { sqliteReader } from './sqlite/reader.ts';
import {
  idOf,
  judgeFiles,
  judgeToken,
  RESTORED,
  readNote,
  StoreFilesRefused,
  type StoreNote,
  toBegin,
  writeNote,
} from './store-files.ts';
import { believedBy, judgeHeads } from './store-heads.ts';
import { type StoreWatch, watchStore } from './store-watch.ts';
import { newestHead } from './stored-head.ts';

export interface OpenStore {
  readonly engine: Engine;
  /** Time and chance as the store counts them. */
  readonly platform: Platform;
  readonly clock: KeptClock;
  readonly watch: StoreWatch;
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

/** `MASTER_KEY` is needed where the store was restored, and to know whom the anchors are of. */
export type StoreConfig = Pick<Config, 'database' | 'keyringUrl'> & Partial<Pick<Config, 'masterKey'>>;

/**
 * Opens the store as its one server: locked against every other, its files those that the last server left, brought to
 * the newest schema. Throws `FileInUse` or `StoreFilesRefused` in plain words.
 */
export async function openStore(
  config: StoreConfig,
  log: (message: string) => void = () => {},
  more: readonly Migration[] = [],
): Promise<OpenStore> {
  const file = databaseFile(config);
  const path = realPath(file);
  const notePath = storeNoteFile(config, file);
  const lock: FileLock = lockFile(path, LOCK_WAIT_MS);
  let engine: SqliteEngine | undefined;
  try {
    const left = await leftBehind(config, path, notePath, log);
    for (const ending of ['-wal', '-shm']) keepToOwner(`${path}${ending}`);
    ownFile(path);
    const time = nodeClock();
    engine = openSqlite({
      ...{ file: path, clock: time, checkpointPages: CHECKPOINT_PAGES },
      reader: sqliteReader({ file: path, clock: time }),
    });
    const platform = nodePlatform(time);
    const resumed = await resumeClock(engine, time);
    await migrate(engine, log, more);
    const clock = await resumed.keep(platform);
    const { note, watch } = await own(engine, path, notePath, platform, left);
    const checkpoints = keepCheckpointing(path);
    engine.onForgotten(() => checkpoints.empty());
    const opened = engine;
    return {
      engine,
      platform,
      clock,
      watch,
      file,
      close: async () => {
        await clock.stop();
        await checkpoints.stop();
        await leave(opened, watch, notePath, note, newId(platform, 'store'));
        lock.release();
      },
    };
  } catch (error) {
    await engine?.close().catch(() => undefined);
    lock.release();
    throw error;
  }
}

interface Left {
  readonly known: StoreNote | undefined;
  /** Of the store; undefined where it never had one. */
  readonly token: string | undefined;
  /** What was deleted before `secure_delete` is nowhere in the file any more. */
  readonly clean: boolean;
}

/** What stands there before anything of it is changed. */
async function leftBehind(
  config: StoreConfig,
  path: string,
  notePath: string,
  log: (message: string) => void,
): Promise<Left> {
  const known = readNote(notePath);
  judgeBeside(path, known);
  judgeFiles(path, known, notePath);
  const anchors = anchorFile(config, databaseFile(config));
  const anchor = fileAnchor(anchors);
  if (!isThere(path)) {
    if ((await anchor.last()) === undefined) return { known, token: undefined, clean: true };
    throw new StoreFilesRefused(
      `${path} is missing, but ${anchors} tells of a store that was here: bring it back, or restore a backup. ${toBegin(notePath)}`,
    );
  }
  const found = await findMark(path);
  const { masterKey } = config;
  const keys = masterKey && (await sealKeys({ ...config, masterKey }, databaseFile(config)));
  return whileAlone(path, LOCK_WAIT_MS, async (database) => {
    const facts = metaOf(database);
    const token = facts.get('store.token');
    const left = { ...known, before: token ?? '', phase: 'between', database: idOf(path), log: null } as const;
    if (judgeToken(path, token, known, notePath) === 'restored' && token !== undefined) {
      await anchor.append(
        await judgeMark({ ...{ file: path, token, found, keys, anchor }, head: newestHead(database) }),
      );
      writeNote(notePath, { file: path, token, restores: [], ...left });
    } else {
      const stands = await standing(anchor, believedBy(keys));
      await judgeHeads({ file: path, database, stands, keys, anchors, notePath });
      if (known !== undefined) writeNote(notePath, { ...known, ...left });
    }
    return { known, token, clean: facts.has('store.clean') || cleaned(database, log) };
  });
}

const isThere = (path: string): boolean => {
  try {
    return idOf(path) !== undefined;
  } catch {
    return false;
  }
};

function metaOf(database: DatabaseSync): ReadonlyMap<string, string> {
  const [table] = database.prepare(`select 1 from sqlite_master where type = 'table' and name = 'meta'`).all();
  if (table === undefined) return new Map();
  const rows = database.prepare(`select key, value from meta where key in ('store.token', 'store.clean')`).all();
  return new Map(rows.map(({ key, value }) => [String(key), String(value)]));
}

/**
 * Once for a store of before: what an erasure left in free pages is overwritten by writing the file anew. False where that
 * could not be done, so that it is tried again at the next start.
 */
function cleaned(database: DatabaseSync, log: (message: string) => void): boolean {
  const [table] = database.prepare(`select 1 from sqlite_master where type = 'table' and name = 'subject'`).all();
  const erased = table && database.prepare('select 1 from subject where purged_at is not null limit 1').get();
  if (erased === undefined) return true;
  log('writing the database anew, once, so that nothing of erased people is left in its free pages');
  try {
    database.exec('pragma secure_delete = on; vacuum; pragma wal_checkpoint(truncate)');
    return true;
  } catch (error) {
    log(`the database could not be written anew; it is tried again at the next start: ${String(error)}`);
    return false;
  }
}

/** Puts this server's name into the store, behind the note of it, and watches over both from then on. */
async function own(engine: SqliteEngine, path: string, notePath: string, platform: Platform, left: Left) {
  const token = newId(platform, 'store');
  const { known, token: before = '' } = left;
  const restores = [...(known?.restores ?? []), ...(before.startsWith(RESTORED) ? [before] : [])];
  const files = { file: path, database: idOf(path), log: idOf(`${path}-wal`), restores };
  const note = { ...files, token, phase: 'running' } as const;
  writeNote(notePath, { ...note, before, phase: 'between' });
  // Whoever holds the file's lock owns what earlier processes left: sealing and numbering go on at once.
  await engine.batch([named(token), ...(left.clean ? [CLEAN] : []), endAllLeases()]);
  writeNote(notePath, note);
  removeMark(path);
  for (const ending of ['', '-wal', '-shm']) keepToOwner(`${path}${ending}`);
  const onRescued = (): void => writeNote(notePath, { ...note, phase: 'closed', log: null });
  return { note, watch: watchStore({ engine, file: path, token, onRescued }) };
}

const named = (token: string) =>
  sql(
    `insert into meta (key, value) values ('store.token', ?1) on conflict (key) do update set value = excluded.value`,
    token,
  );
const CLEAN = sql(
  `insert into meta (key, value) values ('store.clean', cast({at} as text)) on conflict (key) do nothing`,
);

/** Closing them would have SQLite remove what now stands under their names. */
const abandoned = new Set<SqliteEngine>();

async function leave(
  engine: SqliteEngine,
  watch: StoreWatch,
  notePath: string,
  note: Omit<StoreNote, 'format'>,
  token: string,
): Promise<void> {
  if (watch.stopped !== undefined) {
    abandoned.add(engine);
    return;
  }
  const both = { ...note, token, before: note.token };
  writeNote(notePath, both);
  const renamed = await engine.batch([named(token)]).then(
    () => true,
    // A full disk: the old name stays, and the note of both.
    () => false,
  );
  const next = renamed ? { ...note, token } : both;
  const [copied] = engine.database.prepare('pragma wal_checkpoint(full)').all();
  const whole = copied?.busy === 0 && copied.log === copied.checkpointed;
  if (whole) writeNote(notePath, { ...next, phase: 'between' });
  await engine.close();
  if (whole) writeNote(notePath, { ...next, phase: 'closed', log: null });
}
