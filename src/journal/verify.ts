import type { ReferenceKind } from '../chronicle/journalled.ts';
import type { Engine, Row } from '../store/engine.ts';
import type { Anchor } from './anchor.ts';
import { readAnchors } from './anchored.ts';
import { sealCheck } from './check.ts';
import { continuity } from './continuity.ts';
import { type Digest, headOf, type Line, type Seal } from './line.ts';
import { orderOfTime } from './order-of-time.ts';
import * as statements from './statements.ts';
import { type Fault, fault, type Verdict } from './verdict.ts';

export interface VerifyOptions {
  readonly digest: Digest;
  /** Kinds of references that have states, as the rooms declare them. */
  readonly kinds: readonly ReferenceKind[];
  /**
   * The keys that may have signed: from `MASTER_KEY` and its key ring, or written down elsewhere; never from the
   * database. One that was given up says what it is believed for: `TrustedKey`.
   */
  readonly publicKeys: readonly string[];
  readonly anchor?: Anchor;
  /** The key ring of this store, not as the database names it: restores of another store excuse nothing. */
  readonly ring?: string;
  /** The store has one writer, so that each number is some line's: where one is nobody's, a line was removed. (The newest leaves none: the next takes its number.) */
  readonly consecutive?: boolean;
  /** Told now and then how many lines were looked at. */
  readonly onProgress?: (lines: number) => void;
}

const SEALS_A_PAGE = 8;
const LINES_A_PAGE = 2000;

/**
 * Streams the whole journal through `scan`, oldest line first, and names the first thing that is wrong. May run while
 * the server works and seals: it judges what stood when it began. Its memory does not grow with the journal.
 */
export async function verifyJournal(engine: Pick<Engine, 'scan'>, options: VerifyOptions): Promise<Verdict> {
  const anchored = await readAnchors(options.anchor, options);
  try {
    return await walk(engine, options, anchored);
  } finally {
    await anchored.close();
  }
}

async function walk(
  engine: Pick<Engine, 'scan'>,
  options: VerifyOptions,
  anchored: Awaited<ReturnType<typeof readAnchors>>,
): Promise<Verdict> {
  const linesOf = async (seal: Seal): Promise<Line[]> => {
    const { first, last } = seal;
    return (await engine.scan<Row>(statements.linesBetween(first, last, Math.max(1, last - first + 2)))).map(
      statements.lineOf,
    );
  };
  const check = sealCheck({
    digest: options.digest,
    publicKeys: options.publicKeys,
    outside: async () => (await engine.scan<Row>(statements.outside())).map(statements.lineOf),
  });
  const states = continuity({
    kinds: options.kinds,
    latest: async (ref, position) =>
      (await engine.scan<Row>(statements.latestOf(ref, position))).map(statements.lineOf),
  });
  const [end] = await engine.scan<Row>(statements.lastSeal());
  const until = end === undefined ? 0 : Number(end.n);
  let last: Seal | undefined;
  let lines = 0;
  const times = orderOfTime();

  while ((last?.n ?? 0) < until) {
    const from = (last?.n ?? 0) + 1;
    const page = (await engine.scan<Row>(statements.sealsFrom(from, SEALS_A_PAGE))).map(statements.sealOf);
    if (page.length === 0) break;
    for (const seal of page.filter(({ n }) => n <= until)) {
      const { entry, fault: other } = await anchored.find(seal);
      const wrong = (await check.seal(seal, () => linesOf(seal), entry)) ?? other;
      if (wrong !== undefined) return wrong;
      const held = await linesOf(seal);
      const wrongLine = await check.lines(seal, held);
      if (wrongLine !== undefined) return wrongLine;
      const gap = options.consecutive ? firstGap(last?.last ?? 0, held) : undefined;
      if (gap !== undefined) return gap;
      for (const line of held) {
        times.take(line);
        await states.take(line);
      }
      lines += held.length;
      last = seal;
      options.onProgress?.(lines);
    }
  }

  const cutOff = anchored.missing(last);
  if (cutOff !== undefined) return cutOff;
  const [stray] = (await engine.scan<Row>(statements.beforeTheFirst())).map(statements.lineOf);
  if (stray !== undefined) {
    const position = stray.position ?? 0;
    return fault('inserted', `a line at position ${position}, which no seal holds`, { position, line: stray.id });
  }
  let unsealed = 0;
  let before = last?.last ?? 0;
  for await (const line of linesAfter(engine, before)) {
    unsealed += 1;
    const gap = options.consecutive ? firstGap(before, [line]) : undefined;
    if (gap !== undefined) return gap;
    before = line.position ?? before;
    times.take(line);
    await states.take(line);
  }
  return (
    states.finish() ?? {
      ok: true,
      lines: lines + unsealed,
      unsealed,
      seals: last?.n ?? 0,
      head: last === undefined ? undefined : headOf(last),
      restores: anchored.restores,
      backwards: times.backwards(),
    }
  );
}

/** The first number behind `before` that no line has, where others follow. */
function firstGap(before: number, lines: readonly Line[]): Fault | undefined {
  let position = before;
  for (const line of lines) {
    position += 1;
    if (line.position !== position)
      return fault('removed', `no line stands there; the next is ${line.id} at ${line.position}`, { position });
  }
  return undefined;
}

/** The lines behind a position, in pages. */
export async function* linesAfter(engine: Pick<Engine, 'scan'>, position: number): AsyncGenerator<Line> {
  for (let from = position; ; ) {
    const page = (await engine.scan<Row>(statements.linesAfter(from, LINES_A_PAGE))).map(statements.lineOf);
    yield* page;
    const end = page.at(-1)?.position;
    if (end == null || page.length < LINES_A_PAGE) return;
    from = end;
  }
}
