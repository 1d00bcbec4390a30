import type { Anchor, Restored } from './anchor.ts';
import type { Seal } from './line.ts';
import { type Believed, standing } from './standing.ts';
import { type Fault, fault } from './verdict.ts';

/** What the anchors say, gone through in the order of the seals. */
export interface Anchored {
  readonly restores: readonly Restored[];
  /** Whether this seal is the one that was anchored under its number, and where. To be asked in the order of the seals. */
  find(seal: Seal): Promise<{ readonly fault?: Fault; readonly entry?: number }>;
  /** What was anchored after the last seal asked for. */
  missing(last: Seal | undefined): Fault | undefined;
  close(): Promise<void>;
}

interface Expected {
  readonly index: number;
  readonly n: number;
  readonly root: string;
  readonly signature?: string;
}

/** Reads the restores first, then the heads in step with the seals, so that memory does not grow with their number. */
export async function readAnchors(anchor: Anchor | undefined, believed: Believed): Promise<Anchored> {
  const stands = await standing(anchor, believed);
  const restored = new Set(stands.restores.map(({ index }) => index));
  const newest = stands.newest?.n ?? 0;

  const heads = (async function* (): AsyncGenerator<Expected> {
    if (anchor === undefined) return;
    let index = 0;
    for await (const entry of anchor.read()) {
      if (index >= stands.entries) return;
      const { n } = entry;
      if (stands.holds(index, n)) {
        if (entry.kind === 'head') yield { index, n, root: entry.root, signature: entry.signature };
        else if (entry.mark !== undefined && restored.has(index)) yield { index, n, root: entry.mark.root };
      }
      index += 1;
    }
  })();
  let next = await heads.next();

  return {
    restores: stands.restores.map(({ entry }) => entry),
    find: async (seal) => {
      let entry: number | undefined;
      while (!next.done && next.value.n <= seal.n) {
        const { index, n, root, signature } = next.value;
        if (n === seal.n && (root !== seal.root || (signature ?? seal.signature) !== seal.signature))
          return {
            fault: fault('bad-seal', `seal ${n} is not the one that was anchored`, { position: seal.first }),
          };
        if (n === seal.n && signature !== undefined) entry ??= index;
        next = await heads.next();
      }
      return entry === undefined ? {} : { entry };
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
