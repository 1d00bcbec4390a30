import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { vietnamTime } from '../../../contracts/domain/time.ts';
import { journalLine } from '../../chronicle/journal-line.ts';
import { doubtedAfterRestore } from '../../delivery/after-restore.ts';
import { restored as restoredEvent } from '../../events/statements.ts';
import { SUBSCRIBER } from '../../events/subscriber.ts';
import { forgetAll } from '../../peer-sessions/statements.ts';
import { openSqlite } from '../../store/engine/sqlite.ts';
import { type Row, type Statement, sql } from '../../store/engine.ts';
import { forgetLeases } from '../../store/lease.ts';
import { migrate } from '../../store/migrations/migrate.ts';
import { BackupRefused, checkBackup, type Manifest, removeDatabase } from './backup.ts';
import { nodeClock, resumeClock } from './clock.ts';
import { syncDirectoryOf, syncFile } from './durable-file.ts';
import { lockFile } from './file-lock.ts';
import { keepToOwner } from './own-file.ts';
import { nodePlatform } from './platform.ts';
import { RESTORED } from './store-files.ts';

export interface Restored {
  readonly manifest: Manifest;
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
 * durable: a restore cut short leaves nothing that a server would start on.
 */
export async function restore(options: {
  readonly from: string;
  readonly to: string;
  /** Silence from now on for what may be under way at its system, milliseconds. Absent: each operation's own quiet time. */
  readonly quietMs?: number | null;
}): Promise<Restored> {
  const { from, to, quietMs = null } = options;
  const manifest = await checkBackup(from);
  mkdirSync(dirname(to), { recursive: true });
  const lock = lockFile(to);
  const part = `${to}.restoring`;
  try {
    for (const taken of [to, `${to}-wal`, `${to}-journal`])
      if (existsSync(taken))
        throw new BackupRefused(`${taken} exists already; move it away first, nothing is overwritten`);
    removeDatabase(part);
    copyFileSync(from, part);
    keepToOwner(part);
    const counts = await settle(part, manifest, quietMs);
    syncFile(part);
    renameSync(part, to);
    syncDirectoryOf(to);
    return { manifest, ...counts };
  } finally {
    removeDatabase(part);
    lock.release();
  }
}

async function settle(
  file: string,
  manifest: Manifest,
  quietMs: number | null,
): Promise<Pick<Restored, 'uncertain' | 'confirmFirst'>> {
  const clock = nodeClock();
  const engine = openSqlite({ file, clock });
  try {
    const resumed = await resumeClock(engine, clock);
    await migrate(engine);
    const kept = await resumed.keep(nodePlatform(clock));
    await kept.stop();
    const results = await engine.batch(statements(`restore-${randomUUID()}`, manifest, quietMs));
    const [counts] = results.at(-1) ?? [];
    engine.database.exec('pragma wal_checkpoint(truncate); pragma journal_mode = delete');
    return { uncertain: count(counts, 'uncertain'), confirmFirst: count(counts, 'confirm_first') };
  } finally {
    await engine.close();
  }
}

const count = (row: Row | undefined, column: string): number => Number(row?.[column] ?? 0);
/** `?1` is the restore's token. */
function statements(token: string, manifest: Manifest, quietMs: number | null): Statement[] {
  return [
    ...doubtedAfterRestore(token, quietMs, SUBSCRIBER),
    forgetLeases(),
    forgetAll(),
    sql(
      `insert into meta (key, value) values ('restored_at', cast({at} as text)), ('restored_from', ?1), ('store.token', ?2)
       on conflict (key) do update set value = excluded.value`,
      manifest.takenAt,
      `${RESTORED}${token}`,
    ),
    restoredEvent(`evt_${token}`, vietnamTime(Date.parse(manifest.takenAt))),
    journalLine({ id: `store:${token}`, ref: 'store', to: 'restored', actor: 'restore' }),
    sql(
      `select (select count(*) from journal where actor = 'restore' and id like '%:' || ?1 and to_state = 'uncertain') as uncertain,
              (select count(*) from stream where written_by = ?1) as confirm_first`,
      token,
    ),
  ];
}
