import type { Platform } from '../platform.ts';

/** Work that is done again and again in the background, one turn at a time. */
export interface Loop {
  /** One turn by itself; answers how long to rest before the next (ms). */
  tick(): Promise<number>;
  start(): void;
  /** There is something to do: the next turn begins as soon as it may, or when the one under way ends. */
  wake(): void;
  /** Lets the turn under way end, begins no other, and gives up what the turns held. */
  stop(): Promise<void>;
}

/** Rest after a turn that failed, milliseconds. */
const AFTER_FAILURE_MS = 1_000;

/**
 * `turn` answers how long to rest (ms) before the next. A turn that throws is told and tried again. However often it is
 * woken, turns begin at least `gapMs` apart: what comes meanwhile is gathered.
 */
export function createLoop(parts: {
  readonly platform: Pick<Platform, 'after' | 'now'>;
  readonly turn: () => Promise<number>;
  readonly failed: (error: unknown) => void;
  readonly gapMs?: number;
  /** After the last turn, such as to hand a lease on. */
  readonly ended?: () => Promise<unknown>;
}): Loop {
  const { platform, turn, failed, gapMs = 0 } = parts;
  let stopped = true;
  let begunAt = Number.NEGATIVE_INFINITY;
  let woken = false;
  let running: Promise<void> | undefined;
  let cancel: () => void = () => {};

  function rest(ms: number): void {
    cancel = platform.after(ms, begin);
  }
  /** A clock set back prolongs no gap. */
  function gapLeft(): number {
    return Math.min(gapMs, Math.max(0, begunAt + gapMs - platform.now()));
  }
  function begin(): void {
    if (stopped || running !== undefined) return;
    woken = false;
    begunAt = platform.now();
    running = turn()
      .catch((error: unknown) => {
        failed(error);
        return AFTER_FAILURE_MS;
      })
      .then((ms) => {
        running = undefined;
        if (!stopped) rest(woken ? gapLeft() : ms);
      });
  }

  return {
    tick: turn,
    start: () => {
      stopped = false;
      rest(0);
    },
    wake: () => {
      if (stopped || woken) return;
      woken = true;
      if (running !== undefined) return;
      cancel();
      rest(gapLeft());
    },
    stop: async () => {
      stopped = true;
      cancel();
      await running;
      await parts.ended?.();
    },
  };
}
