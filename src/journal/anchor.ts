import { canonical, type Head } from './line.ts';

/**
 * What stands outside the database about the journal: each seal's head, and each restore from a backup (after which
 * the journal goes on from an older head, and the heads between are given up knowingly).
 */
export type AnchorEntry = (Head & { readonly kind: 'head' }) | Restored;
export interface Restored {
  readonly kind: 'restored';
  /** The head that the restored journal goes on from; 0 where it holds no seal. */
  readonly n: number;
  readonly position: number;
  readonly at: number;
  /** What `restore` signed besides; absent in an entry of before, which the server made when it started. */
  readonly mark?: RestoreMark;
  readonly signature: string;
}

/** Which restore it was, of what, into what: a signature over it fits one file, and is good for one start. */
export interface RestoreMark {
  readonly id: string;
  /** The key ring that the store is sealed with. */
  readonly ring: string;
  /** Root of the head; `-` where there is none. */
  readonly root: string;
  /** SHA-256 of what was put back, in hex; `unsigned:` before it where no signed manifest vouched for that. */
  readonly backup: string;
  /** SHA-256 of the restored file, in hex. */
  readonly file: string;
}

/** A place outside the database that only grows: without it a cut-off tail cannot be told from a journal that ended. */
export interface Anchor {
  /** Durable when it settles. */
  append(entries: readonly AnchorEntry[]): Promise<void>;
  last(): Promise<AnchorEntry | undefined>;
  /** All entries in the order they were appended. */
  read(): AsyncIterable<AnchorEntry>;
}

export const restoredText = ({ n, position, at, mark }: Omit<Restored, 'kind' | 'signature'>): string =>
  mark === undefined
    ? canonical(['lienthong-restored-1', n, position, at])
    : canonical(['lienthong-restored-2', n, position, at, ...partsOf(mark)]);

const partsOf = ({ id, ring, root, backup, file }: RestoreMark): string[] => [id, ring, root, backup, file];

/** One entry a line, for files and logs. */
export const formatEntry = (entry: AnchorEntry): string =>
  entry.kind === 'head'
    ? `head ${entry.n} ${entry.position} ${entry.root} ${entry.signature}`
    : ['restored', entry.n, entry.position, entry.at, entry.signature, ...(entry.mark ? partsOf(entry.mark) : [])].join(
        ' ',
      );

/** Undefined for a line that is no entry, such as one cut short by a power loss. */
export function parseEntry(line: string): AnchorEntry | undefined {
  const [kind, n, position, third, signature, ...rest] = line.split(' ');
  if (third === undefined || signature === undefined || signature.length !== 86) return undefined;
  const numbers = { n: Number(n), position: Number(position) };
  if (!Number.isSafeInteger(numbers.n) || !Number.isSafeInteger(numbers.position)) return undefined;
  if (kind === 'head' && rest.length === 0) return { kind, ...numbers, root: third, signature };
  if (kind !== 'restored' || !Number.isSafeInteger(Number(third))) return undefined;
  const [id, ring, root, backup, file, ...more] = rest;
  const restored = { kind, ...numbers, at: Number(third), signature } as const;
  if (id === undefined) return restored;
  // The digest comes last: one that is cut short makes no entry.
  if (!ring || !root || !backup || file?.length !== SHA256_HEX || more.length > 0) return undefined;
  return { ...restored, mark: { id, ring, root, backup, file } };
}

const SHA256_HEX = 64;

/** Anchors that end with the process: tests, and a demo that keeps nothing. */
export function memoryAnchor(entries: AnchorEntry[] = []): Anchor {
  return {
    append: async (more) => {
      entries.push(...more);
    },
    last: async () => entries.at(-1),
    read: async function* () {
      yield* entries;
    },
  };
}
