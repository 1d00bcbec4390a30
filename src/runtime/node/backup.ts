import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup as copyOnline, DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { headOf } from '../../journal/line.ts';
import { sealOf } from '../../journal/statements.ts';
import type { Row } from '../../store/engine.ts';
import { replaceFile, syncDirectoryOf, syncFile } from './durable-file.ts';
import { ownFile } from './own-file.ts';

/** What stands beside a backup: enough to know what it is and that it is whole. */
export const manifest = z.strictObject({
  format: z.literal('lienthong-backup-1'),
  takenAt: z.iso.datetime(),
  /** Number of the newest migration in it. */
  schema: z.int(),
  /** The journal's newest seal in it: what an auditor compares with the anchors. */
  journal: z.strictObject({ n: z.int(), position: z.int(), root: z.string(), signature: z.string() }).nullable(),
  bytes: z.int(),
  sha256: z.string(),
});
export type Manifest = z.infer<typeof manifest>;

/** A backup that cannot be made or used, and why, in plain words. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

export const manifestPath = (backupFile: string): string => `${backupFile}.manifest.json`;

/**
 * Copies the database to the file `to` as it stands at one moment, while the server goes on writing: the copy is made
 * from a connection of its own and holds every batch answered before the call. It is checked, made durable and only
 * then gets its name, with a manifest beside it. The key ring is left out on purpose: keep `KEYRING_URL` and
 * `MASTER_KEY` elsewhere, so that erased people stay erased and a lost backup tells nothing.
 */
export async function backup(options: { readonly file: string; readonly to: string }): Promise<Manifest> {
  const { file, to } = options;
  if (!existsSync(file)) throw new BackupRefused(`${file} does not exist`);
  for (const taken of [to, manifestPath(to)])
    if (existsSync(taken)) throw new BackupRefused(`${taken} exists already; nothing is overwritten`);
  mkdirSync(dirname(to), { recursive: true });
  const part = `${to}.part`;
  removeDatabase(part);
  ownFile(part);
  const source = new DatabaseSync(file, { readOnly: true });
  try {
    source.exec('pragma busy_timeout = 5000');
    // All pages in one step: a copy in several would begin again each time the server writes in between.
    await copyOnline(source, part, { rate: 0x7fffffff });
  } finally {
    source.close();
  }
  const facts = inspect(part);
  syncFile(part);
  const written: Manifest = {
    format: 'lienthong-backup-1',
    takenAt: new Date().toISOString(),
    ...facts,
    bytes: statSync(part).size,
    sha256: await sha256Of(part),
  };
  replaceFile(manifestPath(to), `${JSON.stringify(written, undefined, 2)}\n`);
  renameSync(part, to);
  syncDirectoryOf(to);
  return written;
}

/** Reads the manifest and checks that the backup is the file that was written. */
export async function checkBackup(file: string): Promise<Manifest> {
  if (!existsSync(file)) throw new BackupRefused(`${file} does not exist`);
  if (!existsSync(manifestPath(file))) throw new BackupRefused(`${manifestPath(file)} is missing`);
  const read = manifest.safeParse(readJson(manifestPath(file)));
  if (!read.success) throw new BackupRefused(`${manifestPath(file)} is damaged`);
  if (statSync(file).size !== read.data.bytes || (await sha256Of(file)) !== read.data.sha256)
    throw new BackupRefused(`${file} is not the file that its manifest describes: it was changed or cut short`);
  return read.data;
}

export function removeDatabase(file: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${ending}`, { force: true });
}

/** Turns the copy into one self-contained file, and checks every page of it. */
function inspect(file: string): Pick<Manifest, 'schema' | 'journal'> {
  const copy = new DatabaseSync(file);
  try {
    copy.exec('pragma journal_mode = delete; pragma synchronous = full');
    const [check] = copy.prepare('pragma integrity_check').all();
    if (check?.integrity_check !== 'ok')
      throw new BackupRefused(`the copy is damaged: ${String(check?.integrity_check)}`);
    const schema = copy.prepare('select max(number) as number from migration').get();
    const head = copy.prepare('select n, last, root, signature from seal order by n desc limit 1').get();
    return { schema: Number(schema?.number), journal: head === undefined ? null : headOf(sealOf(head as Row)) };
  } finally {
    copy.close();
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
