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
  readonly signature: string;
}

/** A place outside the database that only grows: without it a cut-off tail cannot be told from a journal that ended. */
export interface Anchor {
  /** Durable when it settles. */
  append(entries: readonly AnchorEntry[]): Promise<void>;
  last(): Promise<AnchorEntry | undefined>;
  /** All entries in the order they were appended. */
  read(): AsyncIterable<AnchorEntry>;
}

export const restoredText = (entry: Omit<Restored, 'kind' | 'signature'>): string =>
  canonical(['lienthong-restored-1', entry.n, entry.position, entry.at]);

/** One entry a line, for files and logs. */
export const formatEntry = (entry: AnchorEntry): string =>
  entry.kind === 'head'
    ? `head ${entry.n} ${entry.position} ${entry.root} ${entry.signature}`
    : `restored ${entry.n} ${entry.position} ${entry.at} ${entry.signature}`;

/** Undefined for a line that is no entry, such as one cut short by a power loss. */
export function parseEntry(line: string): AnchorEntry | undefined {
  const [kind, n, position, third, signature, ...rest] = line.split(' ');
  if (third === undefined || signature === undefined || signature.length !== 86 || rest.length > 0) return undefined;
  const numbers = { n: Number(n), position: Number(position) };
  if (!Number.isSafeInteger(numbers.n) || !Number.isSafeInteger(numbers.position)) return undefined;
  if (kind === 'head') return { kind, ...numbers, root: third, signature };
  if (kind === 'restored' && Number.isSafeInteger(Number(third)))
    return { kind, ...numbers, at: Number(third), signature };
  return undefined;
}

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
