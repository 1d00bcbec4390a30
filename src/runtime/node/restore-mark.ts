import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { Anchor, Restored } from '../../journal/anchor.ts';
import { formatEntry, parseEntry } from '../../journal/anchor.ts';
import { isBelieved } from '../../journal/standing.ts';
import { replaceFile, syncDirectoryOf } from './durable-file.ts';
import type { SealKeys } from './keys.ts';
import { sha256Of } from './sha256.ts';
import { areAsWritten, RESTORED, StoreFilesRefused, type StoreNote } from './store-files.ts';

/**
 * What `restore` signs, beside the database until its first start: an entry of the anchors, in a line. It fits the file
 * that was restored and no other; the start that takes it anchors it, and it is good for none after that.
 */
export type SignedMark = Restored & { readonly mark: NonNullable<Restored['mark']> };

const markPath = (database: string): string => `${database}.restored`;

export const writeMark = (database: string, mark: SignedMark): void =>
  replaceFile(markPath(database), `${formatEntry(mark)}\n`);
export function removeMark(database: string): void {
  rmSync(markPath(database), { force: true });
  syncDirectoryOf(markPath(database));
}

/** The mark beside a database, and the digest that the database has now; to be read before anybody opens it. */
export interface FoundMark {
  readonly entry: SignedMark;
  readonly sha256: string;
}
export async function findMark(database: string): Promise<FoundMark | undefined> {
  const entry = readMark(database);
  if (entry === undefined || !existsSync(database)) return undefined;
  return { entry, sha256: await sha256Of(database).catch(unreadable(database)) };
}

function readMark(database: string): SignedMark | undefined {
  const path = markPath(database);
  if (!existsSync(path)) return undefined;
  const entry = parseEntry(textOf(path).trim());
  return entry?.kind === 'restored' && entry.mark !== undefined ? { ...entry, mark: entry.mark } : undefined;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return unreadable(path)(error);
  }
}

const unreadable =
  (path: string) =>
  (error: unknown): never => {
    throw new StoreFilesRefused(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}): give the database and the file \`.restored\` beside it both to the user that runs the server (chown)`,
    );
  };

/** A journal's newest seal. */
export interface StoredHead {
  readonly n: number;
  readonly root: string;
}

/**
 * Whether a store that says it was restored is believed: once, and only where this store's keys signed it for this very
 * file. Returns what is still to be anchored. Throws `StoreFilesRefused`.
 */
export async function judgeMark(given: {
  readonly file: string;
  /** What the store calls itself. */
  readonly token: string;
  readonly head: StoredHead | undefined;
  readonly found: FoundMark | undefined;
  /** Undefined without `MASTER_KEY`. */
  readonly keys: SealKeys | undefined;
  readonly anchor: Anchor;
}): Promise<readonly SignedMark[]> {
  const { file, token, head, found, keys, anchor } = given;
  const refuse = (why: string): never => {
    throw new StoreFilesRefused(`${file} says that it was restored, but ${why}. ${MEND}`);
  };
  if (found === undefined)
    return refuse(`${markPath(file)}, which \`lienthong restore\` leaves beside it, is missing or damaged`);
  if (keys === undefined) return refuse('MASTER_KEY is needed to know who restored it');
  const { entry, sha256 } = found;
  const { spent, again, ...before } = await standingIn(anchor, entry.mark.id);
  if (token !== `${RESTORED}${entry.mark.id}`) return refuse(`${markPath(file)} is of another restore`);
  if (spent && !again) return refuse('that restore was started before: this is an older copy');
  if (!(await isBelieved(entry, { publicKeys: keys.publicKeys, ring: keys.ring ?? '' }, before)))
    return refuse(`${markPath(file)} was not signed with the MASTER_KEY and for the key ring of this store`);
  if (sha256 !== entry.mark.file || entry.n !== (head?.n ?? 0) || (head !== undefined && head.root !== entry.mark.root))
    return refuse(
      'it is not the file that was restored: it was changed or replaced since, be it by a tool that only opened it. Call `lienthong restore` again, from the same backup',
    );
  return again ? [] : [entry];
}

const MEND =
  'Put a backup back with `lienthong restore`, which leaves its signed mark beside the database; a restored database is moved together with it';

/** `again`: nothing was anchored since, as when its first start was cut short. The rest is of what stands before it. */
async function standingIn(anchor: Anchor, id: string) {
  let [spent, again, newest, entries] = [false, false, 0, 0];
  for await (const entry of anchor.read()) {
    again = entry.kind === 'restored' && entry.mark?.id === id;
    spent ||= again;
    if (entry.kind === 'head') newest = Math.max(newest, entry.n);
    if (!spent) entries += 1;
  }
  return { spent, again, newest, entries };
}

/**
 * Whether nothing stands beside a restored database that would be read into it when it is opened, and it is there at all.
 * Before it is opened. Throws `StoreFilesRefused`.
 */
export function judgeBeside(database: string, known: StoreNote | undefined): void {
  const entry = readMark(database);
  if (entry === undefined) return;
  const token = `${RESTORED}${entry.mark.id}`;
  // A start that was cut short took it already.
  if (token === known?.token || token === known?.before || known?.restores.includes(token)) return;
  // The mark was left beside what the last server wrote: it is not this database's.
  if (known !== undefined && areAsWritten(database, known)) return;
  if (!existsSync(database))
    throw new StoreFilesRefused(
      `${database} is missing, but ${markPath(database)} is there: the restore was cut short, or the database was moved without it. Call \`lienthong restore\` again, from the same backup`,
    );
  for (const ending of ['-journal', '-wal']) {
    const path = `${database}${ending}`;
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0)
      throw new StoreFilesRefused(
        `${path} stands beside a database that was restored and not started since, and would change it: move both away and call \`lienthong restore\` again, from the same backup. Where this is the store as its server left it, move ${markPath(database)} away instead`,
      );
  }
}
