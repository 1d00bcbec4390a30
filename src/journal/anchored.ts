import { verifyEd25519 } from '../crypto/ed25519.ts';
import { type Anchor, type AnchorEntry, type Restored, restoredText } from './anchor.ts';
import type { Seal } from './line.ts';
import { keyOf, lastOf } from './trusted.ts';
import { type Fault, fault } from './verdict.ts';

/** What the anchors say, gone through in the order of the seals. */
export interface Anchored {
  /** The newest anchored head's number, after restores are taken into account; 0 where nothing was anchored. */
  readonly newest: number;
  readonly restores: readonly Restored[];
  /** Whether this seal is the one that was anchored under its number. To be asked in the order of the seals. */
  check(seal: Seal): Promise<Fault | undefined>;
  /** What was anchored after the last seal asked for. */
  missing(last: Seal | undefined): Fault | undefined;
  close(): Promise<void>;
}

/** Whose word counts. */
export interface Believed {
  readonly publicKeys: readonly string[];
  /** The key ring of this store, where it is known: a restore of another store excuses nothing here. */
  readonly ring?: string;
}

/**
 * Reads the anchors twice: first the restores (each gives up the heads after its own, once, if its signature holds),
 * then the heads in step with the seals, so that memory does not grow with their number.
 */
export async function readAnchors(anchor: Anchor | undefined, believed: Believed): Promise<Anchored> {
  const restores: { readonly index: number; readonly entry: Restored }[] = [];
  const spent = new Set<string>();
  let index = 0;
  let newest = 0;
  for await (const entry of anchor?.read() ?? none()) {
    if (entry.kind === 'head') newest = Math.max(newest, entry.n);
    else if (!spent.has(entry.signature) && (await isBelieved(entry, believed, newest))) {
      spent.add(entry.signature);
      restores.push({ index, entry });
      newest = entry.n;
    }
    index += 1;
  }
  const count = index;
  const givenUp = (at: number, n: number): boolean =>
    restores.some((restore) => restore.index > at && n > restore.entry.n);

  const isTaken = (at: number): boolean => restores.some(({ index }) => index === at);

  const heads = (async function* (): AsyncGenerator<{ n: number; root: string; signature?: string }> {
    let at = 0;
    for await (const entry of anchor?.read() ?? none()) {
      if (at >= count) return;
      if (entry.kind === 'head' && !givenUp(at, entry.n)) yield entry;
      if (entry.kind === 'restored' && entry.mark !== undefined && isTaken(at) && !givenUp(at, entry.n))
        yield { n: entry.n, root: entry.mark.root };
      at += 1;
    }
  })();
  let next = await heads.next();

  return {
    newest,
    restores: restores.map(({ entry }) => entry),
    check: async (seal) => {
      while (!next.done && next.value.n <= seal.n) {
        const head = next.value;
        const signature = head.signature ?? seal.signature;
        if (head.n === seal.n && (head.root !== seal.root || signature !== seal.signature))
          return fault('bad-seal', `seal ${seal.n} is not the one that was anchored`, { position: seal.first });
        next = await heads.next();
      }
      return undefined;
    },
    missing: (last) => {
      if (newest <= (last?.n ?? 0)) return undefined;
      const position = (last?.last ?? 0) + 1;
      const detail = `seal ${newest} was anchored, but the journal ends at seal ${last?.n ?? 0}, position ${position - 1}, and no restore explains it: bring the newest store back, or put a backup back with \`lienthong restore\` and start it`;
      return fault('cut-off', detail, { position });
    },
    close: async () => {
      await heads.return(undefined);
    },
  };
}

/**
 * Whether one of the keys signed this restore; `newest` is the newest head anchored before it. A key that was given up
 * cannot excuse the loss of seals that came after it.
 */
export async function isBelieved(entry: Restored, { publicKeys, ring }: Believed, newest: number): Promise<boolean> {
  if (ring !== undefined && entry.mark !== undefined && entry.mark.ring !== ring) return false;
  for (const key of publicKeys)
    if (newest <= lastOf(key) && (await verifyEd25519(keyOf(key), restoredText(entry), entry.signature))) return true;
  return false;
}

async function* none(): AsyncGenerator<AnchorEntry> {}
