import { afterEach, describe, expect, it } from 'vitest';
import { platformOf, seeded, VirtualClock } from '../../test/kit/delivery/virtual-clock.ts';
import { resumed } from '../../test/kit/events.ts';
import { createSequencer } from '../events/sequencer.ts';
import type { Loop } from '../loop.ts';
import { openSqlite } from '../store/engine/sqlite.ts';
import { type Engine, sql } from '../store/engine.ts';
import { migrate } from '../store/migrations/migrate.ts';
import { raise } from './raise.ts';
import { tellingOfEvents } from './raised.ts';

/** Lets what was begun on the store end: SQLite answers within a few turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('an event', () => {
  let sequencer: Loop | undefined;
  let store: Engine | undefined;
  afterEach(async () => {
    await sequencer?.stop(1_000);
    await store?.close();
  });

  /** A sequencer at rest, and an engine that tells it. */
  async function atRest() {
    const clock = new VirtualClock();
    const platform = platformOf(clock, seeded(1));
    store = openSqlite({ file: ':memory:', wallMs: () => clock.wall, steadyMs: () => clock.now });
    await migrate(store);
    let looks = 0;
    const counted: Engine = {
      ...store,
      all: (statement) => {
        looks += 1;
        return (store as Engine).all(statement);
      },
    };
    const placed: number[] = [];
    const own = createSequencer({
      ...{ engine: counted, platform, owner: 'p1', placed: () => placed.push(clock.now) },
      failed: (error) => {
        throw error;
      },
    });
    sequencer = own;
    const engine = tellingOfEvents(store, own.wake);
    /** Time passes in steps of 1 ms; what falls due meanwhile runs. */
    const pass = async (ms: number): Promise<void> => {
      for (const end = clock.now + ms; clock.now < end; clock.now += 1) {
        while (clock.step(clock.now)) await settle();
      }
    };
    own.start();
    await pass(500);
    return { clock, platform, engine, placed, pass, looks: () => looks };
  }

  it('is placed at once after the commit that raised it, long before the next look', async () => {
    const { clock, platform, engine, placed, pass } = await atRest();
    const at = clock.now;
    await engine.batch([raise([resumed(platform, 'E1')])]);
    await pass(50);
    expect(placed).toHaveLength(1);
    expect((placed[0] ?? Number.NaN) - at).toBeLessThanOrEqual(2);
  });

  it('of many commits is placed within a moment, and they cost a bounded number of looks', async () => {
    const { clock, platform, engine, placed, pass, looks } = await atRest();
    const before = looks();
    for (let n = 0; n < 300; n++) {
      await engine.batch([raise([resumed(platform, `E${n}`)])]);
      await pass(1);
    }
    await pass(60);
    expect(await engine.all(sql('select count(*) as n from event where position is null'))).toEqual([{ n: 0 }]);
    expect(clock.now - (placed.at(-1) ?? 0)).toBeLessThanOrEqual(60);
    expect(looks() - before).toBeLessThanOrEqual(9);
  });

  it('is no reason to look where none was written', async () => {
    const { engine, pass, looks } = await atRest();
    const before = looks();
    await engine.batch([sql("insert into meta (key, value) values ('a', 'b')")]);
    await pass(100);
    expect(looks()).toBe(before);
  });

  it('that was not committed wakes nobody', async () => {
    const { platform, engine, pass, looks } = await atRest();
    const before = looks();
    await expect(
      engine.batch([raise([resumed(platform, 'E1')]), sql('insert into nowhere values (1)')]),
    ).rejects.toThrow();
    await pass(100);
    expect(looks()).toBe(before);
  });
});
