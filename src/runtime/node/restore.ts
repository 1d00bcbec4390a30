import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { vietnamTime } from '../../../contracts/domain/time.ts';
import { journalLine } from '../../chronicle/journal-line.ts';
import { doubtedAfterRestore } from '../../delivery/after-restore.ts';
import { restored as restoredEvent } from '../../events/statements.ts';
import { SUBSCRIBER } from '../../events/subscriber.ts';
import { type RestoreMark, restoredText } from '../../journal/anchor.ts';
import { forgetAll } from '../../peer-sessions/statements.ts';
import { openSqlite } from '../../store/engine/sqlite.ts';
import { type Row, type Statement, sql } from '../../store/engine.ts';
import { forgetLeases } from '../../store/lease.ts';
import { migrate } from '../../store/migrations/migrate.ts';
import { type BackupKeys, BackupRefused, copyDatabase, inspect, mustBeWhole, readManifest } from './backup.ts';
import { nodeClock, resumeClock } from './clock.ts';
import { syncDirectoryOf, syncFile } from './durable-file.ts';
import { lockFile } from './file-lock.ts';
import { keepToOwner, pathToBe } from './own-file.ts';
import { nodePlatform } from './platform.ts';
import { type SignedMark, writeMark } from './restore-mark.ts';
import { sha256Of } from './sha256.ts';
import { RESTORED } from './store-files.ts';

export interface Restored {
  /** When what was put back was taken; of a copy without a manifest, when its newest line was written. */
  readonly takenAt: string;
  /** Whether this store's keys vouched for it. */
  readonly signed: boolean;
  /** Sends that were under way when the backup was taken, now uncertain. */
  readonly uncertain: number;
  /** Streams that are confirmed with their system before anything of them is sent. */
  readonly confirmFirst: number;
}

/**
 * Puts a backup back as the database `to`, which must not exist. What was not final when it was taken may have been
 * done since, so in the restored file (I2): sends under way are uncertain, and every stream with an open exchange is
 * confirmed with its system before anything of it is sent (its doubt is `ask-first`). Where a send may still be processed (I3), its
 * stream keeps silent first, whatever else is handed over meanwhile. The file gets its name only when that is
 * durable: a restore cut short leaves nothing that a server would start on. Beside it stands the mark of this restore,
 * without which no server believes that there was one (I8).
 */
export async function restore(options: {
  readonly from: string;
  readonly to: string;
  readonly keys: BackupKeys;
  /** Takes what no signed manifest vouches for: a backup of before, or a copy of the files (with its log beside it). */
  readonly unsigned?: boolean;
  /** Silence from now on for what may be under way at its system, milliseconds. Absent: each operation's own quiet time. */
  readonly quietMs?: number | null;
}): Promise<Restored> {
  const { from, keys, quietMs = null } = options;
  const to = pathToBe(options.to);
  const manifest = await readManifest(from, keys, options.unsigned);
  const lock = lockFile(to);
  try {
    removeParts(to);
    // In a folder of its own, so that nobody else puts a journal beside it that it would be changed by.
    const part = join(mkdtempSync(`${to}.restoring-`), basename(to));
    for (const taken of [to, `${to}-wal`, `${to}-journal`])
      if (existsSync(taken))
        throw new BackupRefused(`${taken} exists already; move it away first, nothing is overwritten`);
    if (manifest === undefined) await copyDatabase(from, part);
    else copyFileSync(from, part);
    keepToOwner(part);
    const digest = await mustBeWhole(part, manifest, from);
    const { ring } = inspect(part);
    if (ring !== undefined && ring !== keys.ring)
      throw new BackupRefused(`${from} is sealed with the key ring ${ring}, but KEYRING_URL holds ${keys.ring}`);
    const takenAt = manifest?.takenAt ?? newestLineOf(part);
    const id = `restore-${randomUUID()}`;
    const counts = await settle(part, id, takenAt, quietMs);
    syncFile(part);
    const signed = manifest?.format === 'lienthong-backup-2';
    writeMark(to, await markOf(part, { id, ring: keys.ring, backup: signed ? digest : `unsigned:${digest}` }, keys));
    renameSync(part, to);
    syncDirectoryOf(to);
    return { takenAt, signed, ...counts };
  } finally {
    removeParts(to);
    lock.release();
  }
}

/** Also what a restore left that was cut short: whoever holds the lock is alone. */
function removeParts(to: string): void {
  for (const name of readdirSync(dirname(to)))
    if (name.startsWith(`${basename(to)}.restoring`)) rmSync(join(dirname(to), name), { recursive: true, force: true });
}

/** Signed last: what was settled in the file is in its digest. */
async function markOf(
  file: string,
  what: Omit<RestoreMark, 'root' | 'file'>,
  { signer }: BackupKeys,
): Promise<SignedMark> {
  const { journal } = inspect(file);
  const unsigned = {
    ...{ n: journal?.n ?? 0, position: journal?.position ?? 0, at: Date.now() },
    mark: { ...what, root: journal?.root ?? '-', file: await sha256Of(file) },
  };
  return { kind: 'restored', ...unsigned, signature: await signer.sign(restoredText(unsigned)) };
}

/** Of a copy that tells nobody when it was made. */
function newestLineOf(file: string): string {
  const copy = new DatabaseSync(file, { readOnly: true });
  try {
    const row = copy.prepare('select at from journal order by position desc limit 1').get();
    return new Date(Number(row?.at ?? 0)).toISOString();
  } finally {
    copy.close();
  }
}

async function settle(
  file: string,
  id: string,
  takenAt: string,
  quietMs: number | null,
): Promise<Pick<Restored, 'uncertain' | 'confirmFirst'>> {
  const clock = nodeClock();
  const engine = openSqlite({ file, clock });
  try {
    const resumed = await resumeClock(engine, clock);
    await migrate(engine);
    const kept = await resumed.keep(nodePlatform(clock));
    await kept.stop();
    const results = await engine.batch(statements(id, takenAt, quietMs));
    const [counts] = results.at(-1) ?? [];
    engine.database.exec('pragma wal_checkpoint(truncate); pragma journal_mode = delete');
    return { uncertain: count(counts, 'uncertain'), confirmFirst: count(counts, 'confirm_first') };
  } finally {
    await engine.close();
  }
}

const count = (row: Row | undefined, column: string): number => Number(row?.[column] ?? 0);
/** `?1` is the restore's token. */
function statements(token: string, takenAt: string, quietMs: number | null): Statement[] {
  return [
    ...doubtedAfterRestore(token, quietMs, SUBSCRIBER),
    forgetLeases(),
    forgetAll(),
    sql(
      `insert into meta (key, value) values ('restored_at', cast({at} as text)), ('restored_from', ?1), ('store.token', ?2)
       on conflict (key) do update set value = excluded.value`,
      takenAt,
      `${RESTORED}${token}`,
    ),
    restoredEvent(`evt_${token}`, vietnamTime(Date.parse(takenAt))),
    journalLine({ id: `store:${token}`, ref: 'store', to: 'restored', actor: 'restore' }),
    sql(
      `select (select count(*) from journal where actor = 'restore' and id like '%:' || ?1 and to_state = 'uncertain') as uncertain,
              (select count(*) from stream where written_by = ?1) as confirm_first`,
      token,
    ),
  ];
}
