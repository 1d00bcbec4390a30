import type { Platform } from '../../../src/platform.ts';

interface Timer {
  readonly at: number;
  readonly n: number;
  readonly run: () => void;
}

/** Time that stands still until it is told to pass; timers run in order of their time, then of their making. */
export class VirtualClock {
  /** Steady time, which timers follow. */
  now: number;
  /** How far the wall is from it: what a step of the wall changes. */
  wallAheadMs = 0;
  #timers: Timer[] = [];
  #made = 0;
  constructor(now = Date.UTC(2026, 5, 1, 2)) {
    this.now = now;
  }
  get wall(): number {
    return this.now + this.wallAheadMs;
  }
  after(ms: number, run: () => void): () => void {
    const timer = { at: this.now + Math.max(0, ms), n: this.#made++, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }
  /** Runs the earliest timer that falls due until then; false when there is none. */
  step(until: number): boolean {
    let first: Timer | undefined;
    for (const timer of this.#timers)
      if (
        timer.at <= until &&
        (first === undefined || timer.at < first.at || (timer.at === first.at && timer.n < first.n))
      )
        first = timer;
    if (first === undefined) return false;
    this.#timers = this.#timers.filter((each) => each !== first);
    this.now = Math.max(this.now, first.at);
    first.run();
    return true;
  }
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }
}

/** Repeatable chance: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The platform of one process on that clock. Once killed, none of its timers runs any more. */
export function platformOf(clock: VirtualClock, random: () => number): Platform & { kill(): void } {
  let dead = false;
  return {
    wall: () => clock.wall,
    steady: () => clock.now,
    random,
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
    after: (ms, run) => clock.after(ms, () => !dead && run()),
    kill: () => {
      dead = true;
    },
  };
}
