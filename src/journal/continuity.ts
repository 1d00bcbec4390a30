import type { Line } from './line.ts';
import { type Fault, fault } from './verdict.ts';

/** Taking up a send is no line of its own: these states and `sending` follow one another unwritten. */
const AROUND_SENDING = new Set(['pending', 'retrying', 'uncertain']);
/** A reference whose lines speak these states begins with a line that has no `from`. */
const EXCHANGE_STATES = new Set([
  'pending',
  'sending',
  'delivered',
  'rejected',
  'retrying',
  'uncertain',
  'dead',
  'superseded',
  'cancelled',
]);

export interface ContinuityOptions {
  /** The latest lines of a reference before a position, newest first, for references no longer remembered here. */
  readonly latest?: (ref: string, position: number) => Promise<readonly Line[]>;
  /** References remembered at once: bounds memory. */
  readonly remember?: number;
}

/**
 * Whether each reference's states follow one another. Lines of the same moment may stand in either order (the store's
 * clock counts milliseconds), so a line that does not follow yet waits for the one before it; what waits at the end
 * is a break. A line without `from` states a fact beside the state (revealed, erased), or begins a reference.
 */
export function continuity(options: ContinuityOptions = {}): {
  take(line: Line): Promise<void>;
  finish(): Fault | undefined;
} {
  const remember = options.remember ?? 300_000;
  /** The states that the next line may come from: one, or several one a text line after a fact. */
  const states = new Map<string, string>();
  const waiting = new Map<string, { readonly order: number; readonly line: Line }[]>();
  let forgotten = false;
  let order = 0;

  async function known(line: Line): Promise<string | undefined> {
    const state = states.get(line.ref);
    if (state !== undefined || !forgotten || line.from === null) return state;
    if (options.latest === undefined) return line.from;
    const lines = await options.latest(line.ref, line.position ?? Number.MAX_SAFE_INTEGER);
    return (lines.find((each) => !isFact(each)) ?? lines[0])?.to;
  }
  function enter(line: Line): void {
    const before = states.get(line.ref);
    if (isFact(line)) {
      if (before === undefined && forgotten) return;
      states.set(line.ref, before === undefined ? line.to : withFact(before, line.to));
    } else states.set(line.ref, line.to);
    if (states.size <= remember) return;
    const [oldest] = states.keys();
    if (oldest !== undefined && !waiting.has(oldest)) states.delete(oldest);
    forgotten = true;
  }

  return {
    take: async (line) => {
      order += 1;
      const held = waiting.get(line.ref);
      if (!follows(await known(line), line.from)) {
        if (held === undefined) waiting.set(line.ref, [{ order, line }]);
        else held.push({ order, line });
        return;
      }
      enter(line);
      if (held === undefined) return;
      for (let at = 0; at < held.length; at++) {
        const next = held[at];
        if (next === undefined || !follows(states.get(line.ref), next.line.from)) continue;
        enter(next.line);
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
      const before = states.get(line.ref)?.split('\n')[0];
      const led = before === undefined ? 'no line led there' : `its last state is ${before}`;
      return fault('broken-continuity', `${line.ref} goes from ${line.from} to ${line.to}, but ${led}`, {
        line: line.id,
        ...(line.position === null ? {} : { position: line.position }),
      });
    },
  };
}

const isFact = (line: Line): boolean => line.from === null && !EXCHANGE_STATES.has(line.to);

/** The state goes on beside the fact; the newest facts are kept, as what looks like one may be a state after all. */
function withFact(before: string, fact: string): string {
  const [state = '', ...facts] = before.split('\n');
  return [state, ...facts.filter((each) => each !== fact).slice(-2), fact].join('\n');
}

function follows(before: string | undefined, from: string | null): boolean {
  if (from === null || before === from) return true;
  if (before === undefined) return !EXCHANGE_STATES.has(from);
  return before
    .split('\n')
    .some(
      (state) =>
        state === from ||
        (from === 'sending' && AROUND_SENDING.has(state)) ||
        (state === 'sending' && AROUND_SENDING.has(from)),
    );
}
