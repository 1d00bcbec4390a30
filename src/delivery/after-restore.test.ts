import { expect, it } from 'vitest';
import { standing } from '../../test/kit/exchanges.ts';
import { ground } from '../../test/kit/room.ts';
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
