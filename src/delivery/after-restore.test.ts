import { expect, it } from 'vitest';
import { standing } from '../../test/kit/exchanges.ts';
import { ground } from '../../test/kit/room.ts';
import { sql } from '../store/engine.ts';
import { doubtedAfterRestore } from './after-restore.ts';

const QUIET_MS = 60_000;

it('I3: after a restore what may still be processed keeps silent, but at the system that tells repeats apart', async () => {
  const on = await ground();
  const now = on.platform.steady();
  await standing(on, [{ id: 'x1', seq: 1, key: 'soon', state: 'uncertain' }]);
  await standing(on, [{ id: 'x2', seq: 1, key: 'late', state: 'uncertain' }], { quietMs: 10 * QUIET_MS });
  await standing(on, [{ id: 'x3', seq: 1, key: 'once', state: 'uncertain' }], { system: 'subscriber' });
  await standing(on, [{ id: 'x4', seq: 1, key: 'done', state: 'delivered' }]);
  await on.engine.batch(doubtedAfterRestore('t', QUIET_MS, 'subscriber'));
  const rows = await on.rows('select key, doubt, quiet_until, due_at, owner from stream order by key');
  const of = (key: string) => rows.find((row) => row.key === key);
  const about = (ms: number) => expect.toSatisfy((at: number) => at - now >= ms && at - now < ms + 20_000);
  expect(of('soon')).toMatchObject({ doubt: 'ask-first', quiet_until: about(QUIET_MS), due_at: about(QUIET_MS) });
  expect(of('late')).toMatchObject({ quiet_until: about(10 * QUIET_MS), due_at: about(10 * QUIET_MS) });
  expect(of('once')).toMatchObject({ doubt: 'ask-first', quiet_until: 0, due_at: about(0) });
  expect(of('done')).toMatchObject({ doubt: 'none', quiet_until: 0, due_at: null });
  await on.engine.close();
});

it('I3: each keeps silent for the quiet time that its own policy had, and ten minutes where none is known', async () => {
  const on = await ground();
  const now = on.platform.steady();
  const policies = { short: 3_000, long: 3_600_000, none: 0 };
  for (const [operation, quiet] of Object.entries(policies))
    await on.engine.batch([
      sql('insert into operation_policy (system, operation, quiet_ms) values (?1, ?2, ?3)', 'x', operation, quiet),
    ]);
  for (const operation of [...Object.keys(policies), 'unheard'])
    await standing(on, [{ id: operation, key: operation, seq: 1, operation, state: 'uncertain' }], { system: 'x' });
  await on.engine.batch(doubtedAfterRestore('t', null, 'subscriber'));
  for (const [key, quiet] of Object.entries({ ...policies, unheard: 600_000 })) {
    const [row] = await on.rows(`select quiet_until, due_at from stream where key = '${key}'`);
    const waits = Math.max(0, Number(row?.quiet_until) - now);
    expect(waits, key).toBeGreaterThanOrEqual(quiet);
    expect(waits, key).toBeLessThan(quiet + 20_000);
    if (quiet > 0) expect(row?.due_at, key).toBe(row?.quiet_until);
  }
  await on.engine.close();
});
