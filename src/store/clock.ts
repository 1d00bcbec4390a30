/** What a machine tells of time. */
export interface Machine {
  /** Epoch milliseconds, as its clock is set. */
  wall(): number;
  /** Milliseconds that only go forward, from any beginning; may stand still while the machine sleeps. */
  elapsed(): number;
  /** Milliseconds since the machine was started, its sleep counted; undefined where it does not tell. */
  uptime(): number | undefined;
  /** Names this run of the machine; null where it does not tell. */
  readonly boot: string | null;
}

/** A store's steady clock as it was last saved, and what the machine told then. */
export interface SavedClock {
  readonly steady: number;
  readonly wall: number;
  readonly boot: string | null;
  readonly uptime: number | null;
}

/** The wall was set: it went on by so many milliseconds more than time did, or by fewer (negative). */
export interface ClockStep {
  readonly byMs: number;
  /** Seen while the process ran, or at its start beside what was saved before. */
  readonly seen: 'running' | 'start';
  /** False where nobody can tell a step from time that passed: the machine was started anew in between. */
  readonly certain: boolean;
}

/** How a clock goes on from what was saved. */
export interface Resumed {
  /**
   * Milliseconds that passed by the wall alone, while the machine was started anew: what rests (see `Table.rests`) is
   * moved on by them, so that it keeps what it had left whatever the wall did.
   */
  readonly gapMs: number;
  /** The saved instant, to know what was still running. */
  readonly savedMs: number;
  readonly step: ClockStep | undefined;
}

/** The time of a store and of the one process that serves it: set walls change nothing of what lasts. */
export interface SteadyClock {
  wall(): number;
  /** Whole milliseconds; never goes back. */
  steady(): number;
  /**
   * Goes on from what was saved; before, and without anything saved, steady time begins at the wall's, or at `atLeast` where
   * that is later: what a store without a saved clock has seen already.
   */
  resume(saved: SavedClock | undefined, atLeast?: number): Resumed;
  /** Asked every second or so: counts in time that the machine slept, and tells of a wall that was set since. */
  look(): ClockStep | undefined;
  /** For the store: to be saved with every look. */
  state(): SavedClock;
}

/** Below this nothing is taken for a step, milliseconds: clocks are corrected by less all the time. */
export const STEP_MS = 2_000;
/** Uptime that runs ahead of elapsed time by so much tells that the machine slept, milliseconds. */
const SLEPT_MS = 1_000;
/** A machine that was started anew is not expected to have been away for longer, milliseconds. */
const LONGEST_AWAY_MS = 86_400_000;

export function steadyClock(machine: Machine): SteadyClock {
  const begun = { elapsed: machine.elapsed(), uptime: machine.uptime() };
  let base = machine.wall();
  let slept = 0;
  /** Of the last look. */
  let seen = { wall: base, steady: base };
  const steady = (): number => Math.trunc(base + machine.elapsed() - begun.elapsed + slept);

  function countSleep(): void {
    const uptime = machine.uptime();
    if (uptime === undefined || begun.uptime === undefined) return;
    const ahead = uptime - begun.uptime - (machine.elapsed() - begun.elapsed) - slept;
    if (ahead >= SLEPT_MS) slept += ahead;
  }
  const remember = (): void => {
    seen = { wall: machine.wall(), steady: steady() };
  };

  return {
    wall: () => machine.wall(),
    steady,
    resume(saved, atLeast = 0) {
      if (saved === undefined) {
        base += Math.max(0, atLeast - steady());
        remember();
        return { gapMs: 0, savedMs: steady(), step: undefined };
      }
      const wallMs = machine.wall() - saved.wall;
      const uptime = machine.uptime();
      const sameRun =
        saved.boot !== null &&
        saved.boot === machine.boot &&
        uptime !== undefined &&
        uptime >= (saved.uptime ?? Infinity);
      const goneMs = sameRun ? uptime - (saved.uptime ?? 0) : Math.max(0, wallMs);
      base = saved.steady + goneMs - (machine.elapsed() - begun.elapsed) - slept;
      remember();
      return {
        gapMs: sameRun ? 0 : Math.trunc(goneMs),
        savedMs: saved.steady,
        step: stepAtStart(wallMs, goneMs, sameRun),
      };
    },
    look() {
      countSleep();
      const byMs = machine.wall() - seen.wall - (steady() - seen.steady);
      remember();
      return Math.abs(byMs) > STEP_MS ? { byMs: Math.round(byMs), seen: 'running', certain: true } : undefined;
    },
    state() {
      const uptime = machine.uptime();
      return {
        steady: steady(),
        wall: Math.trunc(machine.wall()),
        boot: machine.boot,
        uptime: uptime === undefined ? null : Math.trunc(uptime),
      };
    },
  };
}

function stepAtStart(wallMs: number, goneMs: number, sameRun: boolean): ClockStep | undefined {
  const byMs = Math.round(wallMs - goneMs);
  if (sameRun) return Math.abs(byMs) > STEP_MS ? { byMs, seen: 'start', certain: true } : undefined;
  if (wallMs < -STEP_MS) return { byMs: Math.round(wallMs), seen: 'start', certain: true };
  return wallMs > LONGEST_AWAY_MS ? { byMs: Math.round(wallMs), seen: 'start', certain: false } : undefined;
}
