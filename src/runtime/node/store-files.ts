import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { replaceFile } from './durable-file.ts';

/** The store's files are not those that it was left with: a start would lose what was acknowledged. In plain words. */
export class StoreFilesRefused extends Error {
  override readonly name = 'StoreFilesRefused';
}

const fileId = z.strictObject({
  ino: z.string(),
  /** When the file was made, nanoseconds of the epoch: numbers of files are given out again. Null where nobody tells. */
  born: z.string().nullable(),
});
type FileId = z.infer<typeof fileId>;

const note = z.strictObject({
  format: z.literal('lienthong-store-files-1'),
  /** Path of the database. */
  file: z.string(),
  /** Stands in the store as well, and is another after every start, stop and restore. */
  token: z.string(),
  /** The one before, while the store may not have the new one yet. */
  before: z.string().optional(),
  /** `between`: starting or stopping, when everything acknowledged is in the database's own file. */
  phase: z.enum(['running', 'between', 'closed']),
  database: fileId,
  log: fileId.nullable(),
  /** Tokens of restores that were started once: the same file put back later is an old one. */
  restores: z.array(z.string()),
});
/** What the store was left with; kept beside the key ring, so that it stays when the database is removed. */
export type StoreNote = z.infer<typeof note>;

/** Begins the token of a store that `restore` made. */
export const RESTORED = 'restored:';
/** Keeps the note from growing for ever; a store is restored a few times in its life. */
const RESTORES_KEPT = 100;

export function readNote(path: string): StoreNote | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return note.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new StoreFilesRefused(`${path} is damaged, so nobody knows which store was here. ${onPurpose(path)}`);
  }
}

/** Durable when it returns. */
export function writeNote(path: string, next: Omit<StoreNote, 'format'>): void {
  const restores = next.restores.slice(-RESTORES_KEPT);
  replaceFile(path, `${JSON.stringify({ format: 'lienthong-store-files-1', ...next, restores })}\n`);
}

const onPurpose = (path: string): string =>
  `Where this is on purpose and nothing is missing, remove ${path} and start again. ${toBegin(path)}`;

/** How an operator begins with an empty store; said in each refusal that it may be meant in. */
export const toBegin = (path: string): string =>
  `To begin with an empty store, move the database, ${path} and ${path.replace(/\.store$/, '.anchors')} away together, and keep them`;

interface Found {
  readonly id: FileId;
  readonly links: bigint;
  readonly bytes: bigint;
  readonly isLink: boolean;
}

function find(path: string): Found | undefined {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const { ino, nlink, size, birthtimeNs, ctimeNs } = stat;
  // Where the file system does not tell, Node gives the time of the last change instead, or none.
  const born = birthtimeNs > 0n && birthtimeNs !== ctimeNs ? String(birthtimeNs) : null;
  return { id: { ino: String(ino), born }, links: nlink, bytes: size, isLink: stat.isSymbolicLink() };
}

const same = (a: FileId, b: FileId): boolean =>
  a.ino === b.ino && (a.born === null || b.born === null || a.born === b.born);

export function idOf(path: string): FileId {
  const found = find(path);
  if (found === undefined) throw new StoreFilesRefused(`${path} is missing`);
  return found.id;
}

/** Whether database and log are the very files that a server wrote which was not stopped. */
export const areAsWritten = (file: string, { phase, database, log }: StoreNote): boolean => {
  const [here, logHere] = [find(file), find(`${file}-wal`)];
  return (
    phase === 'running' &&
    log !== null &&
    here !== undefined &&
    logHere !== undefined &&
    same(here.id, database) &&
    same(logHere.id, log)
  );
};

/** Before the database is opened. Throws `StoreFilesRefused` where its files are not those of the note. */
export function judgeFiles(file: string, known: StoreNote | undefined, notePath: string): void {
  const refuse = (why: string): never => {
    throw new StoreFilesRefused(`${why}. ${onPurpose(notePath)}`);
  };
  const database = find(file);
  const log = find(`${file}-wal`);
  for (const path of [file, `${file}-wal`, `${file}-shm`, `${file}.lock`]) {
    const { links = 1n, isLink = false } = find(path) ?? {};
    if (isLink)
      throw new StoreFilesRefused(
        `${path} is a symbolic link: put the file itself in its place, beside the database (only the database may be reached by a link)`,
      );
    if (links > 1n)
      throw new StoreFilesRefused(
        `${path} has ${links} names (hard links), so that two servers could work on it at once: remove the other names first`,
      );
  }
  if (database === undefined || database.bytes === 0n) {
    if (known !== undefined)
      refuse(
        database === undefined
          ? `${file} is missing, but there was a store${known.file === file ? '' : ` at ${known.file}`}: bring it back, or restore a backup`
          : `${file} is empty, but there was a store: bring it back, or remove it and restore a backup`,
      );
    if ((log?.bytes ?? 0n) > 0n)
      throw new StoreFilesRefused(`${file} is missing, but its log ${file}-wal is there: bring the database back`);
    return;
  }
  if (known === undefined) return;
  // Whoever opens the database would undo in it what such a file says. Only the switch to a log makes one.
  if (known.phase !== 'between' && (find(`${file}-journal`)?.bytes ?? 0n) > 0n)
    refuse(`${file}-journal is there, which the server never leaves: it would change the database; move it away`);
  if (known.phase === 'closed' && (log?.bytes ?? 0n) > 0n)
    refuse(
      `${file}-wal is there, but the store was closed without a log: it is of another time, and would spoil the database; move it away`,
    );
  if (known.phase !== 'running' || known.log === null) return;
  // What `restore` made stands beside no log, and says so itself: `judgeToken`.
  if (!same(database.id, known.database)) {
    if (log !== undefined && log.bytes > 0n)
      refuse(
        `${file} is another file than the one that the last server wrote, which was not stopped: bring that one back`,
      );
    return;
  }
  if (log === undefined)
    refuse(
      `${file}-wal is missing, with what was acknowledged last: the server was not stopped, and wrote it there. Bring it back, or restore a backup`,
    );
  else if (!same(log.id, known.log))
    refuse(`${file}-wal is another file than the one that the last server wrote: bring that one back`);
}

/**
 * With the database open to nobody else; `token` is what stands in it. `restored` is what the store says of itself, and
 * believed only with the mark of that restore: `judgeMark`. Throws `StoreFilesRefused`.
 */
export function judgeToken(
  file: string,
  token: string | undefined,
  known: StoreNote | undefined,
  notePath: string,
): 'as-left' | 'restored' {
  // A first start that was cut short had named no store yet.
  const expected = known !== undefined && (token === known.token || (token ?? '') === known.before);
  if (!expected && token?.startsWith(RESTORED) === true && known?.restores.includes(token) !== true) return 'restored';
  if (known === undefined) return 'as-left';
  if (!expected)
    throw new StoreFilesRefused(
      `${file} is an older copy of the store, or another store: what was acknowledged since is not in it. Bring the right file back, or put a backup back with \`lienthong restore\`. ${onPurpose(notePath)}`,
    );
  if (known.phase === 'running' && !same(idOf(file), known.database))
    throw new StoreFilesRefused(
      `${file} is another file than the one that the last server wrote, which was not stopped: bring that one back, with its log. ${onPurpose(notePath)}`,
    );
  return 'as-left';
}

/** The files of a database that is open in this process. */
export interface OpenFiles {
  /** What is not as it was when they were opened, in words; undefined where all of it is. About 10 µs. */
  changed(): { readonly what: string; readonly databaseStands: boolean; readonly logStands: boolean } | undefined;
}

export function openFiles(file: string): OpenFiles {
  const names = [file, `${file}-wal`, `${file}-shm`, `${file}.lock`];
  const opened = names.map((path) => ({ path, ino: 0n, dev: 0n }));
  for (const each of opened) {
    const { ino, dev } = lstatSync(each.path, { bigint: true });
    Object.assign(each, { ino, dev });
  }
  const state = ({ path, ino, dev }: { path: string; ino: bigint; dev: bigint }): string | undefined => {
    const now = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (now === undefined) return `${path} was removed`;
    if (now.ino !== ino || now.dev !== dev) return `${path} was replaced by another file`;
    return now.nlink > 1n ? `${path} was given another name (a hard link)` : undefined;
  };
  return {
    changed() {
      const found = opened.map(state);
      const what = found.find((each) => each !== undefined);
      if (what === undefined) return undefined;
      return { what, databaseStands: found[0] === undefined, logStands: found[1] === undefined };
    },
  };
}
