import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { Queries } from '../delivery/sending/query.ts';
import type { Watches } from '../delivery/watches/watches.ts';
import type { Loop } from '../loop.ts';
import type { Heartbeat } from '../observability/readiness.ts';
import type { Platform } from '../platform.ts';
import type { Room } from '../room.ts';
import type { Idempotency } from '../routes/idempotency.ts';
import { joined } from './joined.ts';

/** How what was put together begins, works and ends. */
export interface LifeCycle {
  /** Takes over what earlier processes left and begins to work, in the background from now on. */
  start(): Promise<void>;
  /**
   * For a runtime without background time, instead of `start`: takes over once, then does what is to be done, one part
   * after the other, until nothing is left that could be done now. Nothing begins at `deadline` (steady ms) or later, and
   * nothing goes on or is held afterwards. A call is sent only while its longest request still fits in, so the time given
   * must be more than the `timeoutMs` of every policy. Asked again meanwhile, it waits for its turn. False: more is to do,
   * or something failed, which is logged.
   */
  work(deadline: number): Promise<boolean>;
  /** Takes nothing new, lets what is under way end within `graceMs`, and gives back what was not begun. Never rejects. */
  stop(graceMs: number): Promise<void>;
}

export interface LifeCycleParts {
  readonly platform: Pick<Platform, 'steady'>;
  /** A single process has the store: whatever an earlier one began has ended with it. */
  readonly alone: boolean;
  readonly rooms: readonly Pick<Room, 'begin' | 'end'>[];
  readonly loops: readonly Loop[];
  readonly dispatcher: Pick<Dispatcher, 'begin' | 'start' | 'drain' | 'stop' | 'lastBeatAt'>;
  readonly queries: Pick<Queries, 'recover' | 'close'>;
  readonly watches: Pick<Watches, 'begin'>;
  readonly idempotency: Pick<Idempotency, 'freeAbandoned'>;
  failed(sentence: string): (error: unknown) => void;
}

/** A dispatcher that is silent for longer than this counts as dead, milliseconds. */
const SILENT_FOR_MS = 30_000;

/**
 * Throws where two loops have one name: they would have one lease, and take it from each other. `stir`: something was
 * handed on that a part may have been asked for already.
 */
export function lifeCycle(
  parts: LifeCycleParts,
): LifeCycle & { readonly heartbeats: readonly Heartbeat[]; stir(): void } {
  const { platform, rooms, loops, dispatcher, failed } = parts;
  joined(
    'the loop',
    loops.map((loop) => new Map([[loop.name, loop]])),
  );
  let started = false;
  /** Driven by `work`: between two times it shows no life, and need not. */
  let driven = false;
  let stirred = false;
  let begun: Promise<void> | undefined;
  let working: Promise<unknown> = Promise.resolve();

  async function takeOver(): Promise<void> {
    if (parts.alone) await parts.idempotency.freeAbandoned();
    for (const room of rooms) await room.begin?.();
    await dispatcher.begin();
    await parts.queries.recover();
    await parts.watches.begin();
  }
  /** Once; where it fails, again the next time. */
  function begin(): Promise<void> {
    begun ??= takeOver().catch((error: unknown) => {
      begun = undefined;
      throw error;
    });
    return begun;
  }

  /** Every part once. What one hands on to an earlier one (an event that is to be delivered) is another round's. */
  async function round(deadline: number): Promise<boolean> {
    stirred = false;
    let done = await dispatcher.drain(deadline);
    for (const loop of loops) done = (await loop.drain(deadline)) && done;
    return done;
  }
  async function rounds(deadline: number): Promise<boolean> {
    while (platform.steady() < deadline) {
      const done = await round(deadline);
      if (!done || !stirred) return done;
    }
    return false;
  }

  const lastSign = (beatAt: number | null) => (driven ? platform.steady() : beatAt);
  return {
    heartbeats: [
      { name: 'dispatcher', limitMs: SILENT_FOR_MS, lastAt: () => lastSign(dispatcher.lastBeatAt) },
      ...loops.flatMap((loop) =>
        loop.silentForMs === undefined
          ? []
          : [{ name: loop.name, limitMs: loop.silentForMs, lastAt: () => lastSign(loop.beatAt) }],
      ),
    ],
    stir: () => {
      stirred = true;
    },
    start: async () => {
      await begin();
      started = true;
      await dispatcher.start();
      for (const loop of loops) loop.start();
    },
    work: async (deadline) => {
      if (started) throw new Error('the gateway works in the background: there is nothing to drive');
      driven = true;
      const mine = working.then(begin).then(() => rounds(deadline));
      working = mine.catch(() => {});
      return mine;
    },
    stop: async (graceMs) => {
      // All at once: while a loop ends its turn no lane claims any more.
      await Promise.all([
        dispatcher.stop(graceMs).catch(failed('the dispatcher did not stop cleanly')),
        ...loops.map((loop) => loop.stop(graceMs).catch(failed('a loop did not stop cleanly'))),
      ]);
      for (const room of rooms.toReversed())
        await Promise.resolve(room.end?.()).catch(failed('a room did not end cleanly'));
      parts.queries.close();
    },
  };
}
