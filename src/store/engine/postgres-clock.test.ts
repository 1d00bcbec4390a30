import { afterEach, describe, expect, it } from 'vitest';
import { newPostgres } from '../../../test/kit/store/postgres.ts';
import { openStore, storeKind } from '../../../test/kit/store.ts';
import { type Engine, sql } from '../engine.ts';
import { heldLease, takeLease } from '../lease.ts';
import { migrate } from '../migrations/migrate.ts';
import { openPostgres } from './postgres.ts';

const HOUR = 3_600_000;
const STEPS = [5_000, HOUR, 24 * HOUR].flatMap((ms) => [ms, -ms]);
/** The server's wall, as a table says how far it was set. */
const WALL =
  "(cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint) + (select cast(m.value as bigint) from meta m where m.key = 'wall'))";

const opened: Engine[] = [];
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close();
});

/** Two processes on one server whose wall can be set. */
async function two(): Promise<{ first: Engine; second: Engine; set(ms: number): Promise<void> }> {
  let url = '';
  const plain = await newPostgres((given) => {
    url = given;
    return openPostgres({ url: given, connections: 2, readers: 1 });
  });
  await migrate(plain);
  await plain.batch([sql("insert into meta (key, value) values ('wall', '0')")]);
  const open = () => openPostgres({ url, connections: 2, readers: 1, wallSql: WALL });
  const [first, second] = [open(), open()];
  opened.push(first, second, plain);
  return {
    first,
    second,
    // By a connection that looks at no clock: it is somebody outside who sets it.
    set: async (ms) => {
      await plain.batch([sql("update meta set value = ?1 where key = 'wall'", String(ms))]);
    },
  };
}
const nowOf = async (engine: Engine): Promise<{ at: number; now: number }> => {
  const [rows] = await engine.batch([sql('select {at} as at, {now} as now')]);
  return rows?.[0] as unknown as { at: number; now: number };
};

describe.runIf(storeKind === 'postgres')("PostgreSQL's steady clock", () => {
  it.each(STEPS)('a wall set by %i ms moves what is shown, and nothing that lasts', async (step) => {
    const { first, second, set } = await two();
    const before = await nowOf(first);
    await nowOf(second);
    await first.batch([takeLease('x', 'first', 60_000)]);
    await set(step);
    for (const engine of [second, first]) {
      const after = await nowOf(engine);
      expect(Math.abs(after.at - before.at - step)).toBeLessThan(4_000);
      expect(after.now - before.now).toBeGreaterThanOrEqual(0);
      expect(after.now - before.now).toBeLessThan(4_000);
      expect(await engine.all(heldLease('x', 'first'))).toHaveLength(1);
    }
    // Nobody else can take it yet, whatever the wall says.
    await second.batch([takeLease('x', 'second', 60_000)]);
    expect(await first.all(heldLease('x', 'first'))).toHaveLength(1);
  });

  it('batches that meet the step take effect once each', async () => {
    const { first, second, set } = await two();
    await Promise.all([nowOf(first), nowOf(second)]);
    await set(-HOUR);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        [first, second][n % 2]?.batch([sql('insert into meta (key, value) values (?1, cast({now} as text))', `k${n}`)]),
      ),
    );
    expect(await first.all(sql("select count(*) as n from meta where key like 'k%'"))).toEqual([{ n: 20 }]);
  });
});

it.runIf(storeKind !== 'postgres')('has its own tests on the other stores', async () => {
  const engine = await openStore();
  await migrate(engine);
  expect(await engine.all(sql('select {now} as now'))).toHaveLength(1);
  await engine.close();
});
