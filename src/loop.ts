import type { Platform } from './platform.ts';
import type { Engine } from './store/engine.ts';
import { dropLease, heldLease, takeLease } from './store/lease.ts';

/** Work that is done again and again in the background, one turn at a time. */
export interface Loop {
  readonly name: string;
  /** When the last turn ended (steady ms); null before the first. A turn that failed is no sign of life. */
  readonly beatAt: number | null;
  /** Silent for longer than this, the process counts as unable to work; undefined: nothing is judged by it. */
  readonly silentForMs: number | undefined;
  /** One turn by itself, after the one under way; answers how long to rest before the next (ms). Rejects with what it threw. */
  tick(): Promise<number>;
  /**
   * For a runtime without background time: at least one turn, then the next for as long as one has more to do at once or
   * the loop was woken meanwhile; none begins at `deadline` (steady ms) or later, and what then is under
   * way is told to stop. Gives the lease up. False: more is to do, or a turn failed, which ends it and is told.
   */
  drain(deadline: number): Promise<boolean>;
  /** Turns follow each other in the background from now on. */
  start(): void;
  /** There is something to do: the next turn begins as soon as it may, or when the one under way ends. */
  wake(): void;
  /**
   * Begins no other turn, lets the one under way end within `graceMs`, and gives up what the turns held. One that does not
   * end is told and left: its lease runs out by itself.
   */
  stop(graceMs: number): Promise<void>;
}

export interface LoopParts {
  readonly name: string;
  readonly platform: Pick<Platform, 'after' | 'steady'>;
  /** Answers how long to rest (ms) before the next turn; 0: there is more to do at once. */
  readonly turn: (turn: Turn) => Promise<number>;
  /** A turn that throws is told and tried again. */
  readonly failed: (error: unknown) => void;
  /** However often it is woken or has more to do, turns in the background begin this far apart: what comes meanwhile is gathered. */
  readonly gapMs?: number;
  /** Rest before the very first turn; default none. Such work waits well: a drain, too, keeps the rests between its turns. */
  readonly firstAfterMs?: number;
  readonly silentForMs?: number;
  /** One process at a time does the work, by a lease of the loop's name. */
  readonly lease?: LoopLease;
}

export interface LoopLease {
  readonly engine: Pick<Engine, 'batch'>;
  /** Names this process. */
  readonly owner: string;
  /**
   * Longer than what a turn does between two questions whether the work is `mine`, milliseconds. A dead process holds
   * the work up for as long. What must not be done twice is guarded in its statement besides (`whileLeased`).
   */
  readonly forMs: number;
}

export interface Turn {
  /** Aborted when the loop is to stop, or its time is over. */
  readonly stopping: AbortSignal;
  /**
   * Whether this process alone has the work now, for half of the lease at least. To be asked once something is to be
   * done, and again in a long turn: it writes where the lease is not held yet, or less than half of it is left, so that
   * an idle process writes nothing. Always true without a lease.
   */
  mine(): Promise<boolean>;
}

/** What every runtime's timers can wait, milliseconds: some 24 days. */
const LONGEST_TIMER_MS = 2_147_483_647;
/** Rest after a turn that failed, milliseconds. */
const AFTER_FAILURE_MS = 1_000;

/** A turn that was told to stop and went on: what it holds is freed with the process, its lease by time. */
class TurnWithoutEnd extends Error {
  override readonly name = 'TurnWithoutEnd';
}

/** The one way in which anything runs in the background: paced, woken, leased, stopped. Its turns never overlap. */
export function createLoop(parts: LoopParts): Loop {
  const { name, platform, failed, gapMs = 0, lease } = parts;
  let stopping = new AbortController();
  let stopped = true;
  let begunAt = Number.NEGATIVE_INFINITY;
  let beatAt: number | null = null;
  let woken = false;
  /** The turn in the background that is under way. */
  let running: Promise<void> | undefined;
  /** The last turn that was begun, by whoever. */
  let last: Promise<unknown> = Promise.resolve();
  let heldUntil = Number.NEGATIVE_INFINITY;
  let restUntil = Number.NEGATIVE_INFINITY;
  let cancel: () => void = () => {};

  async function mine(): Promise<boolean> {
    if (lease === undefined) return true;
    const { engine, owner, forMs } = lease;
    const now = platform.steady();
    // A long turn that asks shows life.
    beatAt = now;
    // A clock that was set back shortens what is believed to be held, never lengthens it.
    if (heldUntil - now > forMs / 2 && heldUntil - now <= forMs) return true;
    const [, held = []] = await engine.batch([takeLease(name, owner, forMs), heldLease(name, owner)]);
    heldUntil = held.length === 0 ? Number.NEGATIVE_INFINITY : now + forMs;
    return held.length > 0;
  }
  async function letGo(): Promise<void> {
    if (lease === undefined || heldUntil === Number.NEGATIVE_INFINITY) return;
    heldUntil = Number.NEGATIVE_INFINITY;
    await lease.engine.batch([dropLease(name, lease.owner)]);
  }

  function turn(signal: AbortSignal): Promise<number> {
    const next = last.then(async () => {
      woken = false;
      begunAt = platform.steady();
      const ms = await parts.turn({ stopping: signal, mine });
      beatAt = platform.steady();
      restUntil = beatAt + ms;
      return ms;
    });
    last = next.catch(() => {});
    return next;
  }

  function rest(ms: number): void {
    cancel();
    cancel = platform.after(ms, begin);
  }
  /** A clock set back prolongs no gap. */
  function gapLeft(): number {
    return Math.min(gapMs, Math.max(0, begunAt + gapMs - platform.steady()));
  }
  function begin(): void {
    if (stopped || running !== undefined) return;
    running = turn(stopping.signal)
      .catch((error: unknown) => {
        failed(error);
        return AFTER_FAILURE_MS;
      })
      .then((ms) => {
        running = undefined;
        if (!stopped) rest(Math.max(gapLeft(), woken ? 0 : ms));
      });
  }

  return {
    name,
    get beatAt() {
      return beatAt;
    },
    silentForMs: parts.silentForMs,
    tick: () => turn(stopping.signal),
    drain: async (deadline) => {
      if (parts.firstAfterMs !== undefined && !woken && platform.steady() < restUntil) return true;
      const over = new AbortController();
      // By the time that passes, too: a clock set back lets nothing go on for longer.
      const cancelOver = platform.after(Math.min(LONGEST_TIMER_MS, Math.max(0, deadline - platform.steady())), () =>
        over.abort(),
      );
      const signal = AbortSignal.any([stopping.signal, over.signal]);
      try {
        while (!signal.aborted && platform.steady() < deadline) if ((await turn(signal)) > 0 && !woken) return true;
      } catch (error) {
        failed(error);
      } finally {
        cancelOver();
        // Whoever drives it next may be another process.
        if (stopped) await letGo().catch(failed);
      }
      return false;
    },
    start: () => {
      if (!stopped) return;
      stopped = false;
      stopping = new AbortController();
      rest(parts.firstAfterMs ?? 0);
    },
    wake: () => {
      if (woken) return;
      woken = true;
      if (!stopped && running === undefined) rest(gapLeft());
    },
    stop: async (graceMs) => {
      stopped = true;
      stopping.abort();
      cancel();
      let cancelGrace = (): void => {};
      const over = new Promise<'over'>((resolve) => {
        cancelGrace = platform.after(graceMs, () => resolve('over'));
      });
      const ended = Promise.all([running, last]).then(letGo);
      const how = await Promise.race([ended, over]).finally(cancelGrace);
      if (how !== 'over') return;
      ended.catch(failed);
      failed(new TurnWithoutEnd(`a turn of ${name} did not end`));
    },
  };
}
