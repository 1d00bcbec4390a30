import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { platformOf, seeded, VirtualClock } from '../test/kit/delivery/virtual-clock.ts';
import { createLoop, type LoopParts, type Turn } from './loop.ts';
import { openSqlite } from './store/engine/sqlite.ts';
import { type Engine, sql } from './store/engine.ts';
import { migrate } from './store/migrations/migrate.ts';

const LEASE_MS = 10_000;
let clock: VirtualClock;
let engine: Engine;
let commits = 0;
let errors: unknown[] = [];

beforeEach(async () => {
  clock = new VirtualClock();
  const store = openSqlite({ file: ':memory:', steadyMs: () => clock.now });
  await migrate(store);
  commits = 0;
  errors = [];
  engine = {
    ...store,
    batch: (statements) => {
      commits += 1;
      return store.batch(statements);
    },
  };
});
afterEach(() => engine.close());

const idle = async () => {
  for (let n = 0; n < 3; n++) await new Promise<void>((resolve) => setImmediate(resolve));
};
async function advance(ms: number): Promise<void> {
  const until = clock.now + ms;
  await idle();
  while (clock.step(until)) await idle();
  clock.now = until;
}
const process = () => platformOf(clock, seeded(1));
const loopOf = (turn: LoopParts['turn'], more: Partial<LoopParts> = {}) =>
  createLoop({ name: 'work', platform: process(), failed: (error) => errors.push(error), turn, ...more });
const leasedBy = (owner: string) => ({ lease: { engine, owner, forMs: LEASE_MS } });
/** A turn that takes as long as its test wants. */
function held() {
  const turns: { readonly at: number; readonly stopping: AbortSignal; end(restMs?: number): void }[] = [];
  const turn = ({ stopping }: Turn) =>
    new Promise<number>((resolve) => turns.push({ at: clock.now, stopping, end: (restMs = 1_000) => resolve(restMs) }));
  return { turn, turns };
}

describe('turns', () => {
  it('follow each other after the rest that each asks for, and begin again at once when woken', async () => {
    const at: number[] = [];
    const begun = clock.now;
    const loop = loopOf(async () => {
      at.push(clock.now - begun);
      return 1_000;
    });
    loop.start();
    loop.start();
    await advance(2_500);
    expect(at).toEqual([0, 1_000, 2_000]);
    loop.wake();
    await advance(0);
    expect(at).toEqual([0, 1_000, 2_000, 2_500]);
    await loop.stop(1_000);
    loop.wake();
    await advance(5_000);
    expect(at).toHaveLength(4);
  });

  it('never overlap: one that is woken, asked for or drained while another is under way comes after it', async () => {
    const { turn, turns } = held();
    const loop = loopOf(turn);
    loop.start();
    await advance(0);
    loop.wake();
    const [ticked, drained] = [loop.tick(), loop.drain(clock.now + 60_000)];
    await advance(5_000);
    expect(turns).toHaveLength(1);
    turns[0]?.end();
    await advance(0);
    expect(turns).toHaveLength(2);
    turns[1]?.end(7);
    expect(await ticked).toBe(7);
    await advance(0);
    expect(turns).toHaveLength(3);
    turns[2]?.end();
    expect(await drained).toBe(true);
    turns[3]?.end();
    const stopped = loop.stop(1_000);
    for (let n = 3; n < turns.length; n++) turns[n]?.end();
    await stopped;
  });

  it('begin a gap apart, however often they are woken or have more to do', async () => {
    const at: number[] = [];
    const begun = clock.now;
    const noted = async () => (at.push(clock.now - begun) < 3 ? 0 : 60_000);
    const loop = loopOf(noted, { gapMs: 50 });
    loop.start();
    await advance(200);
    expect(at).toEqual([0, 50, 100]);
    for (let n = 0; n < 10; n++) loop.wake();
    await advance(1);
    loop.wake();
    await advance(30);
    expect(at).toEqual([0, 50, 100, 200]);
    await advance(100);
    expect(at).toEqual([0, 50, 100, 200, 250]);
    // A clock that is set back by a day makes no gap of a day.
    clock.now -= 86_400_000;
    loop.wake();
    await advance(100);
    expect(at).toHaveLength(6);
    await loop.stop(1_000);
  });

  it('that throw are told, tried again, and no sign of life; one that hangs shows none either', async () => {
    let turns = 0;
    const hang = Promise.withResolvers<number>();
    const loop = loopOf(async () => {
      turns += 1;
      if (turns === 2) throw new Error('no');
      return turns < 4 ? 1_000 : hang.promise;
    });
    const begun = clock.now;
    expect(loop.beatAt).toBeNull();
    loop.start();
    await advance(0);
    expect(loop.beatAt).toBe(begun);
    await advance(1_000);
    expect(errors).toHaveLength(1);
    expect(loop.beatAt).toBe(begun);
    await advance(1_000);
    expect(loop.beatAt).toBe(begun + 2_000);
    await advance(60_000);
    expect([turns, loop.beatAt]).toEqual([4, begun + 2_000]);
    hang.resolve(0);
    await loop.stop(1_000);
  });

  it('under way are told of a stop, and it waits for their end', async () => {
    const { turn, turns } = held();
    const loop = loopOf(turn);
    loop.start();
    await advance(0);
    let stopped = false;
    const stop = loop.stop(60_000).then(() => {
      stopped = true;
    });
    await advance(5_000);
    expect([stopped, turns[0]?.stopping.aborted]).toEqual([false, true]);
    turns[0]?.end(0);
    await stop;
    await advance(5_000);
    expect(turns).toHaveLength(1);
  });
});

describe('a drain', () => {
  it('goes on while there is more to do at once, and says that nothing is left', async () => {
    const left = [0, 0, 500];
    expect(await loopOf(async () => left.shift() ?? 0).drain(clock.now + 1_000)).toBe(true);
    expect(left).toEqual([]);
  });

  it('goes on where it was woken during its turn', async () => {
    let turns = 0;
    const loop = loopOf(async () => {
      turns += 1;
      if (turns === 1) loop.wake();
      return 500;
    });
    expect(await loop.drain(clock.now + 1_000)).toBe(true);
    expect(turns).toBe(2);
  });

  it('begins nothing at its deadline, tells what is under way to stop, and says that more is to do', async () => {
    const { turn, turns } = held();
    const loop = loopOf(turn);
    const drained = loop.drain(clock.now + 1_000);
    await advance(999);
    expect(turns[0]?.stopping.aborted).toBe(false);
    await advance(1);
    expect(turns[0]?.stopping.aborted).toBe(true);
    turns[0]?.end(0);
    expect(await drained).toBe(false);
    expect(await loop.drain(clock.now)).toBe(false);
    expect(turns).toHaveLength(1);
  });

  it('lasts no longer where the clock is set back meanwhile', async () => {
    const { turn, turns } = held();
    const drained = loopOf(turn).drain(clock.now + 1_000);
    await idle();
    // Timers count the time that passes, whatever the clock says: the clock here is set back after that of the drain ran.
    clock.step(clock.now + 1_000);
    clock.now -= 3_600_000;
    turns[0]?.end(0);
    expect(await drained).toBe(false);
    expect(turns).toHaveLength(1);
  });

  it('ends with a turn that fails, which is told', async () => {
    let turns = 0;
    const loop = loopOf(async () => {
      turns += 1;
      throw new Error('no');
    });
    expect(await loop.drain(clock.now + 1_000)).toBe(false);
    expect([turns, errors.length]).toEqual([1, 1]);
  });

  it('keeps the rests of work that waits well', async () => {
    let turns = 0;
    const hourly = async () => {
      turns += 1;
      return 3_600_000;
    };
    const loop = loopOf(hourly, { firstAfterMs: 3_600_000 });
    for (let minute = 0; minute < 120; minute++) {
      expect(await loop.drain(clock.now + 1_000)).toBe(true);
      clock.now += 60_000;
    }
    expect(turns).toBe(2);
  });

  it('does nothing once the loop was stopped', async () => {
    let turns = 0;
    const loop = loopOf(async () => ++turns);
    await loop.stop(1_000);
    expect(await loop.drain(clock.now + 1_000)).toBe(false);
    expect(turns).toBe(0);
  });

  it('gives the lease up: whoever goes on may be another process', async () => {
    const turn = async ({ mine }: Turn) => ((await mine()) ? 1 : 2);
    const [one, other] = [loopOf(turn, leasedBy('one')), loopOf(turn, leasedBy('other'))];
    expect(await one.drain(clock.now + 1_000)).toBe(true);
    expect(await other.tick()).toBe(1);
    expect(await one.tick()).toBe(2);
  });
});

describe('several processes', () => {
  /** Two of them, each busy for 300 ms a turn where the work is its own. */
  function two() {
    const log: string[] = [];
    let busy = 0;
    let most = 0;
    const platforms = [process(), process()];
    const loops = platforms.map((platform, n) =>
      loopOf(
        async ({ mine }) => {
          if (!(await mine())) return 100;
          busy += 1;
          most = Math.max(most, busy);
          log.push(`p${n}`);
          await new Promise<void>((resolve) => void platform.after(300, resolve));
          busy -= 1;
          return 100;
        },
        { platform, ...leasedBy(`p${n}`) },
      ),
    );
    return { loops, platforms, log, most: () => most };
  }

  it('never work at once; a stop hands the work on at once', async () => {
    const { loops, log, most } = two();
    for (const loop of loops) loop.start();
    await advance(60_000);
    expect(most()).toBe(1);
    expect(new Set(log)).toEqual(new Set(['p0']));
    const stopped = loops[0]?.stop(1_000);
    await advance(500);
    await stopped;
    log.length = 0;
    await advance(500);
    expect(new Set(log)).toEqual(new Set(['p1']));
    const ended = loops[1]?.stop(1_000);
    await advance(500);
    await ended;
  });

  it('take over what a dead one held, once its lease has ended and not before', async () => {
    const { loops, platforms, log, most } = two();
    for (const loop of loops) loop.start();
    await advance(1_000);
    platforms[0]?.kill();
    log.length = 0;
    await advance(LEASE_MS / 2 - 2_000);
    expect(log).toEqual([]);
    await advance(LEASE_MS);
    expect(new Set(log)).toEqual(new Set(['p1']));
    expect(most()).toBeLessThanOrEqual(2);
    platforms[1]?.kill();
  });

  it('a turn that does not end holds no stop up: it is told, and its lease is left to run out', async () => {
    const loop = loopOf(async ({ mine }) => {
      await mine();
      return new Promise<never>(() => {});
    }, leasedBy('one'));
    loop.start();
    await advance(100);
    let stopped = false;
    const stopping = loop.stop(2_000).then(() => {
      stopped = true;
    });
    await advance(1_900);
    expect([stopped, errors]).toEqual([false, []]);
    await advance(200);
    await stopping;
    expect(errors).toMatchObject([{ name: 'TurnWithoutEnd' }]);
  });

  it('write for a lease only when something is to be done, and then once in half its length', async () => {
    let work = false;
    const loop = loopOf(async ({ mine }) => {
      if (work) await mine();
      return 100;
    }, leasedBy('one'));
    loop.start();
    await advance(60_000);
    expect(commits).toBe(0);
    work = true;
    await advance(60_000);
    expect(commits).toBeGreaterThan(0);
    expect(commits).toBeLessThanOrEqual(13);
    await loop.stop(1_000);
  });

  it('a clock that jumps makes nobody believe in a lease that is over', async () => {
    const answers: boolean[] = [];
    const asking = async ({ mine }: Turn) => answers.push(await mine());
    const loop = loopOf(asking, leasedBy('one'));
    await loop.tick();
    // Another took it over while this one's clock stood an hour in the past.
    await engine.batch([sql(`update lease set owner = 'other', until = 9999999999999 where name = 'work'`)]);
    clock.now -= 3_600_000;
    await loop.tick();
    clock.now += 3_600_000 + LEASE_MS;
    await loop.tick();
    expect(answers).toEqual([true, false, false]);
  });
});
