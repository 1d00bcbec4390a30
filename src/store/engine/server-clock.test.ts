import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STEP_MS } from '../clock.ts';
import { type ServerClock, serverClock } from './server-clock.ts';

const HOUR = 3_600_000;
const STEPS = [5_000, HOUR, 24 * HOUR].flatMap((ms) => [ms, -ms]);

/** A server that is shared, and processes on machines of their own. */
function server() {
  const at = { wall: 1_669_860_000_000, offset: 0, elapsed: 0 };
  let changes = 0;
  const slept = new Map<ServerClock, number>();
  const open = (): ServerClock => {
    const began = at.elapsed;
    const clock: ServerClock = serverClock({
      read: async () => ({ offsetMs: at.offset, wallMs: at.wall }),
      change: async (from, to) => {
        if (at.offset !== from) return;
        at.offset = to;
        changes += 1;
      },
      elapsed: () => at.elapsed - began + 5 - (slept.get(clock) ?? 0),
      pause: async (ms) => pass(ms),
    });
    return clock;
  };
  function pass(ms: number): void {
    at.wall += ms;
    at.elapsed += ms;
  }
  return {
    open,
    pass,
    /** Time passes that this one's machine does not count. */
    sleep: (clock: ServerClock, ms: number) => {
      pass(ms);
      slept.set(clock, ms);
    },
    set: (ms: number) => {
      at.wall += ms;
    },
    steady: () => at.wall + at.offset,
    elapsed: () => at.elapsed,
    changes: () => changes,
  };
}

describe('the steady clock of a server that several processes share', () => {
  it.each(STEPS)('a wall set by %i ms is taken out once, whoever sees it', async (step) => {
    const on = server();
    const processes = [on.open(), on.open(), on.open()];
    for (const each of processes) await each.look();
    const began = on.steady();
    on.pass(60_000);
    on.set(step);
    await Promise.all(processes.map((each) => each.look()));
    for (const each of processes) await each.look();
    expect(on.changes()).toBe(1);
    expect(Math.abs(on.steady() - began - 60_000)).toBeLessThan(STEP_MS);
    for (const each of processes) expect(Math.abs(each.expectedMs() - on.steady())).toBeLessThan(STEP_MS);
  });

  it('a process that comes afterwards takes what it finds', async () => {
    const on = server();
    const first = on.open();
    await first.look();
    on.set(-HOUR);
    await first.look();
    const later = on.open();
    await later.look();
    expect(later.offsetMs()).toBe(first.offsetMs());
    expect(later.expectedMs()).toBe(on.steady());
  });

  it('drift below two seconds is followed, and changes nothing for the others', async () => {
    const on = server();
    const each = on.open();
    await each.look();
    for (let n = 0; n < 20; n++) {
      on.pass(10_001);
      on.set(500);
      expect(each.isOld()).toBe(true);
      await each.look();
      expect(each.isOld()).toBe(false);
    }
    expect(on.changes()).toBe(0);
  });

  it('whatever is set, whoever looks first, it goes on by the time that passed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            pass: fc.integer({ min: 0, max: HOUR }),
            set: fc.constantFrom(0, ...STEPS),
            order: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
          }),
          { maxLength: 20 },
        ),
        async (moves) => {
          const on = server();
          const processes = [on.open(), on.open(), on.open()];
          for (const each of processes) await each.look();
          const ahead = on.steady() - on.elapsed();
          for (const { pass, set, order } of moves) {
            on.pass(pass);
            on.set(set);
            for (const n of order) {
              await processes[n]?.look();
              expect(Math.abs(on.steady() - on.elapsed() - ahead)).toBeLessThan(STEP_MS);
            }
          }
        },
      ),
    );
  });

  it('a process whose machine stood still makes nothing shorter, and the two do not quarrel', async () => {
    const on = server();
    const [awake, asleep] = [on.open(), on.open()];
    await awake.look();
    await asleep.look();
    const before = on.steady();
    on.sleep(asleep, HOUR);
    for (let n = 0; n < 5; n++) {
      await asleep.look();
      await awake.look();
      on.pass(1_000);
    }
    expect(on.changes()).toBeLessThanOrEqual(1);
    expect(on.steady()).toBeGreaterThanOrEqual(before);
    expect(on.steady()).toBeLessThanOrEqual(before + HOUR + 10_000);
    expect(Math.abs(awake.expectedMs() - on.steady())).toBeLessThan(STEP_MS);
  });
});
