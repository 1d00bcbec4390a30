import { afterEach, expect, it } from 'vitest';
import { ground } from '../../test/kit/room.ts';
import { createSystems } from '../delivery/systems.ts';
import { errorWords } from '../error-words.ts';
import { sql } from '../store/engine.ts';
import type { FetchOrders } from './fetch-orders.ts';
import { createRuns } from './runs.ts';
import { createSchedule, SCHEDULE } from './schedule.ts';

const HOUR = 3_600_000;
let close = async (): Promise<void> => {};
afterEach(() => close());

it.each<[string, () => ReturnType<FetchOrders>, string | undefined]>([
  ['nobody is to be asked', async () => ({ kind: 'not-had', answer: { kind: 'not-configured' } }), undefined],
  ['it was fetched before', async () => ({ kind: 'already-taken', statement: 'stm_1' }), undefined],
  [
    'the system is held',
    async () => ({ kind: 'not-had', answer: { kind: 'held', why: 'paused', retryAfterMs: null } }),
    'NotFetched paused',
  ],
  [
    'the system failed',
    async () => ({ kind: 'not-had', answer: { kind: 'unknown', reason: 'server-error' } }),
    'NotFetched server-error',
  ],
  ['the list changed', async () => ({ kind: 'unreadable', problems: [] }), 'NotFetched unreadable'],
  ['something threw', () => Promise.reject(new TypeError('no store')), 'TypeError: no store'],
])('fetches the orders of the day before first, and asks for its run though %s', async (_name, fetch, told) => {
  const base = await ground();
  close = () => base.engine.close();
  const errors: string[] = [];
  const days: string[] = [];
  const schedule = createSchedule(
    { ...base, owner: 'p1', failed: () => (error) => void errors.push(errorWords(error)) },
    {
      runs: createRuns({ ...base, systems: createSystems([]) }, () => {}),
      fetchOrders: ({ day, actor }) => {
        days.push(`${day} ${actor}`);
        return fetch();
      },
      at: '00:00',
    },
  );
  await schedule.tick();
  await schedule.tick();
  const rows = await base.rows('select day from reconciliation_run');
  expect(rows).toHaveLength(1);
  expect(days).toEqual([`${rows[0]?.day} ${SCHEDULE}`]);
  expect(errors).toEqual(told === undefined ? [] : [told]);
  await schedule.stop(100);
});

it('asks for nothing of a day that is closed already', async () => {
  const base = await ground();
  close = () => base.engine.close();
  let fetched = 0;
  const schedule = createSchedule(
    { ...base, owner: 'p1', failed: () => () => {} },
    {
      runs: createRuns({ ...base, systems: createSystems([]) }, () => {}),
      fetchOrders: async () => {
        fetched += 1;
        return { kind: 'already-taken', statement: 'stm_1' };
      },
      at: '00:00',
    },
  );
  const yesterday = new Date(base.platform.wall() + 7 * HOUR - 24 * HOUR).toISOString().slice(0, 10);
  await base.engine.batch([
    sql(
      `insert into reconciliation_day (day, state, n, run, digest, closed_by, closed_at, version, written_by)
       values (?1, 'closed', 1, 'run_0', 'd', 'an', 0, 1, 't')`,
      yesterday,
    ),
  ]);
  await schedule.tick();
  await schedule.tick();
  expect(fetched).toBe(0);
  await schedule.stop(100);
});

it('asks for the day before once, from its time of day on, and again the next morning', async () => {
  const base = await ground();
  close = () => base.engine.close();
  // Brings the wall to 06:00 in Vietnam of some day.
  const past = (base.platform.wall() + 7 * HOUR) % (24 * HOUR);
  base.stepWall(30 * HOUR - past);
  const yesterday = () => new Date(base.platform.wall() + 7 * HOUR - 24 * HOUR).toISOString().slice(0, 10);
  const schedule = createSchedule(
    {
      ...base,
      owner: 'p1',
      failed: () => (error) => {
        throw error;
      },
    },
    {
      runs: createRuns({ ...base, systems: createSystems([]) }, () => {}),
      fetchOrders: async () => ({ kind: 'already-taken', statement: 'stm_1' }),
      at: '06:30',
    },
  );
  const asked = async () =>
    (await base.rows('select day, asked_by from reconciliation_run order by id')).map(({ day, asked_by }) => [
      day,
      asked_by,
    ]);
  await schedule.tick();
  expect(await asked()).toEqual([]);
  base.stepWall(30 * HOUR - past + HOUR);
  const first = yesterday();
  await schedule.tick();
  await schedule.tick();
  expect(await asked()).toEqual([[first, SCHEDULE]]);
  base.stepWall(30 * HOUR - past + 25 * HOUR);
  await schedule.tick();
  expect(await asked()).toEqual([
    [first, SCHEDULE],
    [yesterday(), SCHEDULE],
  ]);
  await schedule.stop(100);
});
