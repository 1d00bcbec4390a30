import type { ReferenceKind } from '../chronicle/journalled.ts';
import type { Line } from './line.ts';
import { type Fault, fault } from './verdict.ts';

/** Lines of a reference that are asked for at once. */
export const LATEST_LINES = 20;

export interface ContinuityOptions {
  /** Kinds of references that have states. */
  readonly kinds: readonly ReferenceKind[];
  /**
   * The latest lines of a reference before a position, newest first, at most `LATEST_LINES`: for references no longer
   * remembered here.
   */
  readonly latest?: (ref: string, position: number) => Promise<readonly Line[]>;
  /** References remembered at once: bounds memory. */
  readonly remember?: number;
}

/** Where a reference stands by its lines so far. */
interface Standing {
  /** Undefined while no line has said it. */
  readonly state: string | undefined;
  /** Of a kind that declares no states: the newest that was said without a `from` since, which may be one after all. */
  readonly said: readonly string[];
}
const NOT_SAID: Standing = { state: undefined, said: [] };
const SAID_AT_MOST = 3;

/**
 * Whether each reference's states follow one another. Lines of the same moment may stand in either order (the store's
 * clock counts milliseconds), so a line that does not follow yet waits for the one before it; what waits at the end
 * is a break.
 *
 * What is a state is declared (`Journalled`); a fact leaves the state as it is, whether it comes before or after it.
 * Of a kind that declares none the first line with a `from` is believed, and each further one follows the one before,
 * or what was said since without a `from`.
 */
export function continuity(options: ContinuityOptions): {
  take(line: Line): Promise<void>;
  finish(): Fault | undefined;
} {
  const remember = options.remember ?? 300_000;
  const standings = new Map<string, Standing>();
  const waiting = new Map<string, { readonly order: number; readonly line: Line }[]>();
  let forgotten = false;
  let order = 0;

  async function follows(line: Line, kind: ReferenceKind | undefined): Promise<boolean> {
    if (line.from === null) return true;
    const known = standings.get(line.ref);
    if (known !== undefined || !forgotten) return isLed(known ?? NOT_SAID, line.from, kind);
    if (options.latest === undefined) return true;
    return isLed(await readBack(line, kind, options.latest), line.from, kind);
  }
  function enter(line: Line, kind: ReferenceKind | undefined): void {
    const before = standings.get(line.ref);
    // What is forgotten is not known again by what may be a fact.
    if (kind === undefined && line.from === null && before === undefined && forgotten) return;
    standings.set(line.ref, after(before ?? NOT_SAID, line, kind));
    if (standings.size <= remember) return;
    const [oldest] = standings.keys();
    if (oldest !== undefined && !waiting.has(oldest)) standings.delete(oldest);
    forgotten = true;
  }

  return {
    take: async (line) => {
      order += 1;
      const kind = options.kinds.find(({ prefix }) => line.ref.startsWith(prefix));
      if (isFact(line, kind)) return;
      const held = waiting.get(line.ref);
      if (!(await follows(line, kind))) {
        if (held === undefined) waiting.set(line.ref, [{ order, line }]);
        else held.push({ order, line });
        return;
      }
      enter(line, kind);
      if (held === undefined) return;
      for (let at = 0; at < held.length; at++) {
        const next = held[at];
        if (next === undefined || !isLed(standings.get(line.ref) ?? NOT_SAID, next.line.from ?? '', kind)) continue;
        enter(next.line, kind);
        held.splice(at, 1);
        at = -1;
      }
      if (held.length === 0) waiting.delete(line.ref);
    },
    finish: () => {
      let first: { readonly order: number; readonly line: Line } | undefined;
      for (const [next] of waiting.values())
        if (next !== undefined && (first === undefined || next.order < first.order)) first = next;
      if (first === undefined) return undefined;
      const { line } = first;
      const { state } = standings.get(line.ref) ?? NOT_SAID;
      const led = state === undefined ? 'no line led there' : `its last state is ${state}`;
      return fault('broken-continuity', `${line.ref} goes from ${line.from} to ${line.to}, but ${led}`, {
        line: line.id,
        ...(line.position === null ? {} : { position: line.position }),
      });
    },
  };
}

/** States a fact beside the state. */
const isFact = ({ from, to }: Line, kind: ReferenceKind | undefined): boolean =>
  kind !== undefined && !kind.isState(to) && (from === null || kind.factsFrom?.includes(from) === true);

function isLed({ state, said }: Standing, from: string, kind: ReferenceKind | undefined): boolean {
  if (state === undefined) return kind?.begins !== 'line';
  return state === from || said.includes(from) || kind?.isUnwritten?.(state, from) === true;
}

function after({ state, said }: Standing, { from, to }: Line, kind: ReferenceKind | undefined): Standing {
  if (kind !== undefined || from !== null) return { state: to, said: NOT_SAID.said };
  return { state, said: [...said.filter((each) => each !== to), to].slice(-SAID_AT_MOST) };
}

/** Where a reference stood before a line, by the lines that the store still has; however many facts were stated since. */
async function readBack(
  line: Line,
  kind: ReferenceKind | undefined,
  latest: NonNullable<ContinuityOptions['latest']>,
): Promise<Standing> {
  const since: Line[] = [];
  for (let position = line.position ?? Number.MAX_SAFE_INTEGER; ; ) {
    const page = await latest(line.ref, position);
    for (const each of page) {
      if (isFact(each, kind)) continue;
      if (kind !== undefined) return after(NOT_SAID, each, kind);
      if (each.from === null) {
        if (since.length < SAID_AT_MOST) since.push(each);
        continue;
      }
      return since.reduceRight((before, one) => after(before, one, kind), after(NOT_SAID, each, kind));
    }
    const last = page.at(-1)?.position;
    if (page.length < LATEST_LINES || last == null) return NOT_SAID;
    position = last;
  }
}
