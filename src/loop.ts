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
  /** One turn by itself, for tests and for runtimes without background time; answers how long to rest before the next (ms). */
  tick(): Promise<number>;
  /** Turns one after the other until one has nothing more to do at once, or `deadline` (steady ms). False: more is to do. */
  drain(deadline: number): Promise<boolean>;
  start(): void;
  /** There is something to do: the next turn begins as soon as it may, or when the one under way ends. */
  wake(): void;
  /** Lets the turn under way end, begins no other, and gives up what the turns held. */
  stop(): Promise<void>;
}

export interface LoopParts {
  readonly name: string;
  readonly platform: Pick<Platform, 'after' | 'steady'>;
  /** Answers how long to rest (ms) before the next turn; 0: there is more to do at once. */
  readonly turn: (turn: Turn) => Promise<number>;
  /** A turn that throws is told and tried again. */
  readonly failed: (error: unknown) => void;
  /** However often it is woken, turns begin at least this far apart: what comes meanwhile is gathered. */
  readonly gapMs?: number;
  /** Rest before the very first turn; default none. */
  readonly firstAfterMs?: number;
  readonly silentForMs?: number;
  /** One process at a time does the work, by a lease of the loop's name. */
  readonly lease?: LoopLease;
  /** After the last turn. */
  readonly ended?: () => Promise<unknown>;
}

export interface LoopLease {
  readonly engine: Pick<Engine, 'batch'>;
  /** Names this process. */
  readonly owner: string;
  /** Longer than any turn, milliseconds. */
  readonly forMs: number;
}

export interface Turn {
  /** Aborted when the loop is to stop. */
  readonly stopping: AbortSignal;
  /**
   * Whether this process alone has the work now, until the turn ends. To be asked once something is to be done: it
   * writes where the lease is not held yet, or less than half of it is left. Always true without a lease.
   */
  mine(): Promise<boolean>;
}

/** Rest after a turn that failed, milliseconds. */
const AFTER_FAILURE_MS = 1_000;

/** The one way in which anything runs in the background: paced, woken, leased, stopped. */
export function createLoop(parts: LoopParts): Loop {
  const { name, platform, failed, gapMs = 0, lease } = parts;
  let stopping = new AbortController();
  let stopped = true;
  let begunAt = Number.NEGATIVE_INFINITY;
  let beatAt: number | null = null;
  let woken = false;
  let running: Promise<void> | undefined;
  let heldUntil = Number.NEGATIVE_INFINITY;
  let cancel: () => void = () => {};

  async function mine(): Promise<boolean> {
    if (lease === undefined) return true;
    const { engine, owner, forMs } = lease;
    const now = platform.steady();
    // A clock that was set back shortens what is believed to be held, never lengthens it.
    if (heldUntil - now > forMs / 2 && heldUntil - now <= forMs) return true;
    const [, held = []] = await engine.batch([takeLease(name, owner, forMs), heldLease(name, owner)]);
    heldUntil = held.length === 0 ? Number.NEGATIVE_INFINITY : now + forMs;
    return held.length > 0;
  }

  async function tick(): Promise<number> {
    const ms = await parts.turn({ stopping: stopping.signal, mine });
    beatAt = platform.steady();
    return ms;
  }

  function rest(ms: number): void {
    cancel = platform.after(ms, begin);
  }
  /** A clock set back prolongs no gap. */
  function gapLeft(): number {
    return Math.min(gapMs, Math.max(0, begunAt + gapMs - platform.steady()));
  }
  function begin(): void {
    if (stopped || running !== undefined) return;
    woken = false;
    begunAt = platform.steady();
    running = tick()
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
    name,
    get beatAt() {
      return beatAt;
    },
    silentForMs: parts.silentForMs,
    tick,
    drain: async (deadline) => {
      while (platform.steady() < deadline) if ((await tick()) > 0) return true;
      return false;
    },
    start: () => {
      stopped = false;
      stopping = new AbortController();
      rest(parts.firstAfterMs ?? 0);
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
      stopping.abort();
      cancel();
      await running;
      await parts.ended?.();
      if (lease === undefined || heldUntil === Number.NEGATIVE_INFINITY) return;
      heldUntil = Number.NEGATIVE_INFINITY;
      await lease.engine.batch([dropLease(name, lease.owner)]);
    },
  };
}
