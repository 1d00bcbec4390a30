import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup as copyOnline, DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { verifyEd25519 } from '../../crypto/ed25519.ts';
import { canonical, type Head } from '../../journal/line.ts';
import { trustedKey } from '../../journal/trusted.ts';
import { judgeSource } from './backup-source.ts';
import { replaceFile, syncDirectoryOf, syncFile } from './durable-file.ts';
import type { SealKeys } from './keys.ts';
import { ownFile } from './own-file.ts';
import { sha256Of } from './sha256.ts';
import { newestHead } from './stored-head.ts';

const facts = {
  takenAt: z.iso.datetime(),
  /** Number of the newest migration in it. */
  schema: z.int(),
  /** The journal's newest seal in it: what an auditor compares with the anchors. */
  journal: z.strictObject({ n: z.int(), position: z.int(), root: z.string(), signature: z.string() }).nullable(),
  bytes: z.int(),
  sha256: z.string(),
};
/** What stands beside a backup: enough to know what it is, whose, and that it is whole. */
const manifest = z.strictObject({
  format: z.literal('lienthong-backup-2'),
  ...facts,
  /** The key ring that the store is sealed with. */
  ring: z.string(),
  /** Over all of it, by the key that signs the journal's seals. */
  signature: z.string(),
});
export type Manifest = z.infer<typeof manifest>;
/** Of backups made before manifests were signed: anybody can have written one. */
const unsigned = z.strictObject({ format: z.literal('lienthong-backup-1'), ...facts });

/** A backup that cannot be made or used, and why, in plain words. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

export const manifestPath = (backupFile: string): string => `${backupFile}.manifest.json`;

/** How a backup is signed, and which store it is of. */
export type BackupKeys = SealKeys & { readonly ring: string };

/** Signing for a store that no key ring belongs to would be signing for any. */
export function backupKeys(keys: SealKeys): BackupKeys {
  const { ring } = keys;
  if (ring === undefined)
    throw new BackupRefused('there is no key ring: bring back the newest copy of the right one first (KEYRING_URL)');
  return { ...keys, ring };
}

/**
 * Copies the database to the file `to` as it stands at one moment, while the server goes on writing: the copy is made
 * from a connection of its own and holds every batch answered before the call. It is checked, made durable and only
 * then gets its name, with a signed manifest beside it. Refused where the files are not those that the note `notePath`
 * tells of, or do not reach what was anchored before: a copy of a replaced database would pass for the store. The key ring is left out on purpose: keep
 * `KEYRING_URL` and `MASTER_KEY` elsewhere, so that erased people stay erased and a lost backup tells nothing.
 */
export async function backup(options: {
  readonly file: string;
  readonly to: string;
  readonly keys: BackupKeys;
  readonly notePath: string;
  /** Path of the anchors. */
  readonly anchors: string;
}): Promise<Manifest> {
  const { file, to, keys, notePath, anchors } = options;
  if (!existsSync(file)) throw new BackupRefused(`${file} does not exist`);
  for (const taken of [to, manifestPath(to)])
    if (existsSync(taken)) throw new BackupRefused(`${taken} exists already; nothing is overwritten`);
  mkdirSync(dirname(to), { recursive: true });
  const real = realpathSync(file);
  const judgeCopy = await judgeSource({ file: real, notePath, anchors, keys });
  const part = `${to}.part`;
  try {
    await copyDatabase(real, part);
    const { ring, ...found } = inspect(part);
    if (ring !== undefined && ring !== keys.ring)
      throw new BackupRefused(`the store is sealed with the key ring ${ring}, but KEYRING_URL holds ${keys.ring}`);
    await judgeCopy(part);
    syncFile(part);
    const facts = {
      ...{ format: 'lienthong-backup-2' as const, takenAt: new Date().toISOString(), ring: keys.ring, ...found },
      ...{ bytes: statSync(part).size, sha256: await sha256Of(part) },
    };
    const written: Manifest = { ...facts, signature: await keys.signer.sign(manifestText(facts)) };
    replaceFile(manifestPath(to), `${JSON.stringify(written, undefined, 2)}\n`);
    renameSync(part, to);
    syncDirectoryOf(to);
    return written;
  } finally {
    removeDatabase(part);
  }
}

/** A copy of a database with its log, whoever writes it meanwhile. */
export async function copyDatabase(file: string, to: string): Promise<void> {
  removeDatabase(to);
  ownFile(to);
  const source = new DatabaseSync(file, { readOnly: true });
  try {
    source.exec('pragma busy_timeout = 5000');
    // All pages in one step: a copy in several would begin again each time the server writes in between.
    await copyOnline(source, to, { rate: 0x7fffffff });
  } finally {
    source.close();
  }
}

/**
 * Reads the manifest of a backup; undefined where none vouches for it, which is refused unless `mayBeUnsigned` says that
 * it is known: whoever can change a backup can take its manifest away as well, or write one of before.
 */
export async function readManifest(
  file: string,
  keys: BackupKeys,
  mayBeUnsigned = false,
): Promise<Manifest | z.infer<typeof unsigned> | undefined> {
  const path = manifestPath(file);
  if (!existsSync(file)) throw new BackupRefused(`${file} does not exist`);
  if (!existsSync(path)) {
    if (mayBeUnsigned) return undefined;
    throw new BackupRefused(
      `${path} is missing, so nothing vouches for ${file}: bring it back. Where it never had one and you know where it comes from: --unsigned`,
    );
  }
  const text = readJson(path);
  const before = unsigned.safeParse(text);
  if (before.success) {
    if (mayBeUnsigned) return before.data;
    throw new BackupRefused(
      `${path} is not signed, as those were that an earlier version made: nobody can tell whether the backup was changed. Where you know that it was not: --unsigned`,
    );
  }
  const read = manifest.safeParse(text);
  if (!read.success)
    throw new BackupRefused(`${path} is damaged: bring it back from where the backup was made. ${WITHOUT_MANIFEST}`);
  if (read.data.ring !== keys.ring)
    throw new BackupRefused(
      `${path} is of the store with the key ring ${read.data.ring}, but KEYRING_URL holds ${keys.ring}: name the right key ring`,
    );
  if (!(await isSigned(read.data, keys.publicKeys)))
    throw new BackupRefused(
      `${path} was changed, or signed with another MASTER_KEY: its signature does not hold, and the backup is not used. ${WITHOUT_MANIFEST}`,
    );
  return read.data;
}

/** Checks that the backup is the file that was written, and that this store's keys signed it. */
export async function checkBackup(file: string, keys: BackupKeys): Promise<Manifest> {
  const read = await readManifest(file, keys);
  if (read?.format !== 'lienthong-backup-2') throw new BackupRefused(`${manifestPath(file)} is not signed`);
  await mustBeWhole(file, read, file);
  return read;
}

/** `name` is what the file is called to a person. Returns its digest. */
export async function mustBeWhole(
  file: string,
  described: { readonly bytes: number; readonly sha256: string } | undefined,
  name: string,
): Promise<string> {
  const sha256 = await sha256Of(file);
  if (described !== undefined && (statSync(file).size !== described.bytes || sha256 !== described.sha256))
    throw new BackupRefused(`${name} is not the file that its manifest describes: it was changed or cut short`);
  return sha256;
}

/** The way out where a manifest is lost and the backup is known to be good. */
const WITHOUT_MANIFEST =
  'Where you know where the backup comes from and that nobody changed it: move the manifest away and say --unsigned';

const manifestText = ({ format, takenAt, ring, schema, journal, bytes, sha256 }: Omit<Manifest, 'signature'>): string =>
  canonical([
    ...[format, takenAt, ring, schema, bytes, sha256],
    ...(journal === null ? [null] : [journal.n, journal.position, journal.root, journal.signature]),
  ]);

/** A key that was given up is believed for backups of what was anchored by then. */
async function isSigned(read: Manifest, publicKeys: readonly string[]): Promise<boolean> {
  for (const { key, backups } of publicKeys.map(trustedKey))
    if ((read.journal?.n ?? 0) <= backups && (await verifyEd25519(key, manifestText(read), read.signature)))
      return true;
  return false;
}

export function removeDatabase(file: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${ending}`, { force: true });
}

interface Inspected {
  readonly schema: number;
  readonly journal: Head | null;
  /** Undefined where the store was never bound to a key ring. */
  readonly ring: string | undefined;
}

/** Turns the copy into one self-contained file, and checks every page of it. */
export function inspect(file: string): Inspected {
  const copy = new DatabaseSync(file);
  try {
    copy.exec('pragma journal_mode = delete; pragma synchronous = full');
    const [check] = copy.prepare('pragma integrity_check').all();
    if (check?.integrity_check !== 'ok')
      throw new BackupRefused(`the copy is damaged: ${String(check?.integrity_check)}`);
    const tables = copy.prepare(`select name from sqlite_master where name in ('migration', 'meta', 'seal')`).all();
    if (tables.length < 3) throw new BackupRefused('the copy is no store of lienthong');
    const schema = copy.prepare('select max(number) as number from migration').get();
    const ring = copy.prepare(`select value from meta where key = 'keyring'`).get()?.value;
    return {
      schema: Number(schema?.number),
      journal: newestHead(copy) ?? null,
      ring: ring === undefined ? undefined : String(ring),
    };
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
