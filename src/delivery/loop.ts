import type { Platform } from '../platform.ts';

/** Work that is done again and again in the background, one turn at a time. */
export interface Loop {
  start(): void;
  /** There is something to do: the next turn begins as soon as it may, or when the one under way ends. */
  wake(): void;
  /** Lets the turn under way end and begins no other. */
  stop(): Promise<void>;
}

/** Rest after a turn that failed, milliseconds. */
const AFTER_FAILURE_MS = 1_000;

/**
 * `turn` answers how long to rest (ms) before the next. A turn that throws is told and tried again. However often it is
 * woken, turns begin at least `gapMs` apart: what comes meanwhile is gathered.
 */
export function createLoop(
  platform: Pick<Platform, 'after' | 'now'>,
  turn: () => Promise<number>,
  failed: (error: unknown) => void,
  gapMs = 0,
): Loop {
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
    },
  };
}
