import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Machine, type SavedClock, STEP_MS, steadyClock } from './clock.ts';

const HOUR = 3_600_000;
const STEPS = [5_000, -5_000, HOUR, -HOUR, 24 * HOUR, -24 * HOUR];
const WALL = 1_669_860_000_000;

/** A machine whose clocks a test moves. */
function machine() {
  const at = { wall: WALL, elapsed: 17, uptime: 1_000_000, boot: 'first' as string | null };
  const moves = {
    ...at,
    pass(ms: number) {
      moves.wall += ms;
      moves.elapsed += ms;
      moves.uptime += ms;
    },
    sleep(ms: number) {
      moves.wall += ms;
      moves.uptime += ms;
    },
    /** Time that passes while nothing of ours runs, the machine started anew in it. */
    restart(ms: number) {
      moves.wall += ms;
      moves.boot = 'second';
      moves.uptime = 20_000;
      moves.elapsed = 3;
    },
    told: (): Machine => ({
      wall: () => moves.wall,
      elapsed: () => moves.elapsed,
      uptime: () => (moves.boot === null ? undefined : moves.uptime),
      boot: moves.boot,
    }),
  };
  return moves;
}

describe('the steady clock of a store', () => {
  it.each(STEPS)('a wall set by %i ms changes nothing that lasts, and is told once', (step) => {
    const on = machine();
    const clock = steadyClock(on.told());
    clock.resume(undefined);
    const began = clock.steady();
    on.pass(10_000);
    on.wall += step;
    expect(clock.steady() - began).toBe(10_000);
    expect(clock.look()).toEqual({ byMs: step, seen: 'running', certain: true });
    on.pass(10_000);
    expect(clock.look()).toBeUndefined();
    expect(clock.steady() - began).toBe(20_000);
  });

  it('corrections below two seconds are no step', () => {
    const on = machine();
    const clock = steadyClock(on.told());
    on.wall += STEP_MS;
    expect(clock.look()).toBeUndefined();
    on.wall -= STEP_MS;
    expect(clock.look()).toBeUndefined();
  });

  it('counts the time that the machine slept', () => {
    const on = machine();
    const clock = steadyClock(on.told());
    const began = clock.steady();
    on.sleep(HOUR);
    on.pass(1_000);
    expect(clock.look()).toBeUndefined();
    expect(clock.steady() - began).toBe(HOUR + 1_000);
  });

  it.each(STEPS)('goes on exactly over a restart of the process, the wall set by %i ms meanwhile', (step) => {
    const on = machine();
    const first = steadyClock(on.told());
    on.pass(5_000);
    const saved = first.state();
    on.pass(30_000);
    on.wall += step;
    on.elapsed = 1;
    const clock = steadyClock(on.told());
    expect(clock.resume(saved)).toEqual({
      gapMs: 0,
      savedMs: saved.steady,
      step: { byMs: step, seen: 'start', certain: true },
    });
    expect(clock.steady()).toBe(saved.steady + 30_000);
    expect(clock.look()).toBeUndefined();
  });

  describe('over a restart of the machine', () => {
    function restarted(ms: number, boot: string | null = 'second') {
      const on = machine();
      const first = steadyClock(on.told());
      const saved = first.state();
      on.restart(ms);
      on.boot = boot;
      const clock = steadyClock(on.told());
      return { saved, clock, resumed: clock.resume(saved) };
    }

    it.each(['second', null])(
      'time goes on by the wall, and what rests is moved on by as much (boot id %s)',
      (boot) => {
        const { saved, clock, resumed } = restarted(90_000, boot);
        expect(resumed).toEqual({ gapMs: 90_000, savedMs: saved.steady, step: undefined });
        expect(clock.steady()).toBe(saved.steady + 90_000);
      },
    );

    it.each([-5_000, -HOUR, -24 * HOUR])('a wall set back by %i ms stops nothing, and is told', (step) => {
      const { saved, clock, resumed } = restarted(step);
      expect(resumed).toEqual({ gapMs: 0, savedMs: saved.steady, step: { byMs: step, seen: 'start', certain: true } });
      expect(clock.steady()).toBe(saved.steady);
    });

    it('a wall more than a day on is for a person to judge', () => {
      expect(restarted(25 * HOUR).resumed.step).toEqual({ byMs: 25 * HOUR, seen: 'start', certain: false });
      expect(restarted(23 * HOUR).resumed.step).toBeUndefined();
    });
  });

  it('never goes back, whatever happens in whatever order', () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: HOUR }) }),
      fc.record({ kind: fc.constant('sleep' as const), ms: fc.integer({ min: 0, max: 24 * HOUR }) }),
      fc.record({ kind: fc.constant('set' as const), ms: fc.integer({ min: -48 * HOUR, max: 48 * HOUR }) }),
      fc.record({ kind: fc.constant('restart' as const), ms: fc.integer({ min: -HOUR, max: HOUR }) }),
      fc.record({ kind: fc.constant('kill' as const), ms: fc.integer({ min: 0, max: 60_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const on = machine();
        let clock = steadyClock(on.told());
        clock.resume(undefined);
        let saved: SavedClock = clock.state();
        let last = clock.steady();
        for (const { kind, ms } of events) {
          if (kind === 'pass') on.pass(ms);
          else if (kind === 'sleep') on.sleep(ms);
          else if (kind === 'set') on.wall += ms;
          else {
            // Killed right after a save; what it did since the save is not remembered.
            saved = clock.state();
            if (kind === 'restart') on.restart(ms);
            else on.pass(ms);
            clock = steadyClock(on.told());
            clock.resume(saved);
          }
          clock.look();
          expect(clock.steady()).toBeGreaterThanOrEqual(last);
          last = clock.steady();
        }
      }),
    );
  });
});
