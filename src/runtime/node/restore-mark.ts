import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Anchor, Restored } from '../../journal/anchor.ts';
import { formatEntry, parseEntry } from '../../journal/anchor.ts';
import { isBelieved } from '../../journal/anchored.ts';
import { sha256Of } from './backup.ts';
import { replaceFile } from './durable-file.ts';
import type { SealKeys } from './keys.ts';
import { RESTORED, StoreFilesRefused } from './store-files.ts';

/**
 * What `restore` signs, beside the database until its first start: an entry of the anchors, in a line. It fits the file
 * that was restored and no other; the start that takes it anchors it, and it is good for none after that.
 */
export type SignedMark = Restored & { readonly mark: NonNullable<Restored['mark']> };

const markPath = (database: string): string => `${database}.restored`;

export const writeMark = (database: string, mark: SignedMark): void =>
  replaceFile(markPath(database), `${formatEntry(mark)}\n`);
export const removeMark = (database: string): void => rmSync(markPath(database), { force: true });

/** The mark beside a database, and the digest that the database has now; to be read before anybody opens it. */
export interface FoundMark {
  readonly entry: SignedMark;
  readonly sha256: string;
}
export async function findMark(database: string): Promise<FoundMark | undefined> {
  if (!existsSync(markPath(database))) return undefined;
  const entry = parseEntry(readFileSync(markPath(database), 'utf8').trim());
  if (entry?.kind !== 'restored' || entry.mark === undefined) return undefined;
  return { entry: { ...entry, mark: entry.mark }, sha256: await sha256Of(database) };
}

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
  const { spent, again, newest } = await standingIn(anchor, entry.mark.id);
  if (token !== `${RESTORED}${entry.mark.id}`) return refuse(`${markPath(file)} is of another restore`);
  if (spent && !again) return refuse('that restore was started before: this is an older copy');
  if (!(await isBelieved(entry, { publicKeys: keys.publicKeys, ring: keys.ring ?? '' }, newest)))
    return refuse(`${markPath(file)} was not signed with the MASTER_KEY and for the key ring of this store`);
  if (sha256 !== entry.mark.file || entry.n !== (head?.n ?? 0) || (head !== undefined && head.root !== entry.mark.root))
    return refuse('it is not the file that was restored: it was changed or replaced since');
  return again ? [] : [entry];
}

const MEND =
  'Put a backup back with `lienthong restore`, which leaves its signed mark beside the database; a restored database is moved together with it';

/** `again`: nothing was anchored since, as when its first start was cut short. `newest`: of all anchored heads. */
async function standingIn(anchor: Anchor, id: string) {
  let [spent, again, newest] = [false, false, 0];
  for await (const entry of anchor.read()) {
    again = entry.kind === 'restored' && entry.mark?.id === id;
    spent ||= again;
    if (entry.kind === 'head') newest = Math.max(newest, entry.n);
  }
  return { spent, again, newest };
}

/** A store whose journal does not reach what was anchored is an older copy, whatever else it says of itself. */
export async function judgeHeads(
  file: string,
  headAt: (n: number) => StoredHead | undefined,
  anchor: Anchor,
  anchorPath: string,
): Promise<void> {
  const last = await anchor.last();
  if (last === undefined || last.n === 0) return;
  const root = last.kind === 'head' ? last.root : last.mark?.root;
  const stored = headAt(last.n);
  if (stored !== undefined && (root === undefined || stored.root === root)) return;
  throw new StoreFilesRefused(
    `${file} ${stored === undefined ? `does not reach seal ${last.n}, which was anchored` : `has another seal ${last.n} than was anchored`} in ${anchorPath}: it is an older copy of the store, or another store. Bring the newest one back, or put this one back with \`lienthong restore\``,
  );
}
