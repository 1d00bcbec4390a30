import type { Signer } from '../crypto/ed25519.ts';
import type { Anchor } from '../journal/anchor.ts';
import { noteFeed } from '../journal/held-statements.ts';
import { type Digest, GENESIS, type Head, headOf, LEAF_LENGTH, leafText, sealText } from '../journal/line.ts';
import * as statements from '../journal/statements.ts';
import { createLoop, type Loop, type LoopParts, type Turn } from '../loop.ts';
import type { Engine, Row } from '../store/engine.ts';

export interface SealerParts {
  readonly engine: Engine;
  readonly digest: Digest;
  readonly signer: Signer;
  /** Names this process among those that may seal. */
  readonly owner: string;
  readonly anchor?: Anchor;
  /** Told of every head: a log line is an anchor too. */
  readonly onHead?: (head: Head) => void;
  /** Told when the anchors know of more than the store holds: the journal was cut off. */
  readonly onProblem?: (message: string) => void;
  /** Lines a seal takes at most: bounds how long one seal keeps the store's writer busy. */
  readonly limit?: number;
}
export interface Sealed {
  readonly lines: number;
  /** The newest head, whoever made it; undefined while there is none, or another process seals. */
  readonly head: Head | undefined;
  /** Lines may be left: call again. */
  readonly more: boolean;
}
export interface Sealer {
  /**
   * Seals the oldest lines that no seal holds, at most `limit`; where there are none it writes nothing and does not ask
   * whether the work is `mine`. Not to be called while it is at it.
   */
  seal(turn: Pick<Turn, 'mine'>): Promise<Sealed>;
}

interface Mark {
  readonly position: number;
  readonly at: number;
}
const NOTHING: Sealed = { lines: 0, head: undefined, more: false };

/**
 * Signs the list of the hashes of lines, in the order in which they were written, chained to the seal before; the lines
 * themselves stay as they are. A process that has lost its lease cannot write the seal. The head is anchored outside
 * after it, and what a crash left unanchored is anchored at the next run.
 *
 * Where others write too, a line with a lower number may come out of a batch that is still open. So it seals only up to
 * a line that it saw while every batch of that time was still to end, and has ended since: at the next turn, that is.
 */
export function sealer(parts: SealerParts): Sealer {
  const { engine, digest, signer, anchor } = parts;
  // The hashes of a seal's lines are one text.
  const limit = Math.min(parts.limit ?? 1000, Math.floor(engine.limits.textBytes / LEAF_LENGTH));
  let anchoredN: number | undefined;
  let marked: Mark | undefined;

  const newest = async (): Promise<Mark | undefined> => (await engine.all<Mark>(statements.mark()))[0];

  /** No line up to this position is still to come. */
  async function completeUntil(): Promise<number> {
    if (engine.serial) return (await newest())?.position ?? 0;
    marked ??= await newest();
    if (marked === undefined) return 0;
    const [row] = await engine.all<{ complete: number; at: number }>(statements.isComplete(marked.at));
    if (row?.complete === 1) return marked.position;
    // The wall went back: the moment would be waited for too long.
    if (row !== undefined && row.at < marked.at) marked = undefined;
    return 0;
  }

  async function seal({ mine }: Pick<Turn, 'mine'>): Promise<Sealed> {
    const waiting = await engine.all(statements.anyUnsealed());
    if (waiting.length === 0 && anchoredN !== undefined) return NOTHING;
    if (!(await mine())) return NOTHING;
    if (waiting.length > 0) await engine.batch([noteFeed()]);
    const until = await completeUntil();
    const [clock = [], seals = [], rows = []] = await engine.batch([
      statements.clock(),
      statements.lastSeal(),
      statements.unsealed(until, limit),
    ]);
    if (until > 0 && (rows.length < limit || Number(rows.at(-1)?.position) >= until)) marked = undefined;
    const previous = seals[0] === undefined ? undefined : statements.sealOf(seals[0]);
    await catchUp(previous === undefined ? undefined : headOf(previous));
    if (rows.length === 0)
      return { lines: 0, head: previous === undefined ? undefined : headOf(previous), more: false };

    const head = await sealRows(rows, previous, Number(clock[0]?.at));
    if (head === undefined) return NOTHING;
    await anchor?.append([{ kind: 'head', ...head }]);
    anchoredN = head.n;
    parts.onHead?.(head);
    return { lines: rows.length, head, more: rows.length === limit };
  }

  async function sealRows(
    rows: readonly Row[],
    previous: ReturnType<typeof statements.sealOf> | undefined,
    signedAt: number,
  ): Promise<Head | undefined> {
    const first = (previous?.last ?? 0) + 1;
    const lines = rows.map(statements.lineOf);
    const leaves = (await digest(lines.map((line) => leafText(line)))).join('');
    const [root = '', prev = GENESIS] = await digest(previous === undefined ? [leaves] : [leaves, sealText(previous)]);
    const last = lines.at(-1)?.position ?? first;
    const unsigned = { n: (previous?.n ?? 0) + 1, first, last, prev, root, signedAt };
    const signature = await signer.sign(sealText(unsigned));
    const seal = { ...unsigned, leaves, signature, publicKey: signer.publicKey };
    const [written = []] = await engine.batch([statements.writeSeal(seal, parts.owner)]);
    return written.length === 0 ? undefined : headOf(seal);
  }

  /**
   * Anchors the heads that a crash or another process left unanchored. That a restore put the journal back is said by
   * `restore`, whose mark was anchored at the start: a sealer signs for nothing that is gone.
   */
  async function catchUp(stored: Head | undefined): Promise<void> {
    const held = { n: stored?.n ?? 0, position: stored?.position ?? 0 };
    if (anchor === undefined) anchoredN = held.n;
    if (anchor === undefined || anchoredN === held.n) return;
    const last = await anchor.last();
    let from = last?.n ?? 0;
    if (from > held.n) {
      parts.onProblem?.(`the journal ends at seal ${held.n}, but seal ${from} was anchored: its tail was cut off`);
      from = held.n;
    }
    while (from < held.n) {
      const page = (await engine.all<Row>(statements.headsAfter(from, 1000))).map(statements.sealOf);
      if (page.length === 0) break;
      await anchor.append(page.map((seal) => ({ kind: 'head' as const, ...headOf(seal) })));
      from = page.at(-1)?.n ?? held.n;
    }
    anchoredN = held.n;
  }

  return { seal };
}

/** Silent for longer than this, the process counts as unable to work. */
const SILENT_FOR_MS = 30_000;
const REST_MS = 10_000;
const LEASE_MS = 30_000;

/** Seals until nothing is left, then again from time to time. */
export function sealingLoop(
  work: Sealer,
  parts: Pick<LoopParts, 'platform' | 'failed'> & Pick<SealerParts, 'engine' | 'owner'>,
): Loop {
  const { engine, owner, platform, failed } = parts;
  return createLoop({
    ...{ platform, failed },
    name: statements.SEALING,
    silentForMs: SILENT_FOR_MS,
    lease: { engine, owner, forMs: LEASE_MS },
    turn: async (turn) => ((await work.seal(turn)).more ? 0 : REST_MS),
  });
}
