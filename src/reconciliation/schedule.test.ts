import { afterEach, expect, it } from 'vitest';
import { ground } from '../../test/kit/room.ts';
import type { FetchOrders } from './fetch-orders.ts';
import { createRuns } from './runs.ts';
import { createSchedule, SCHEDULE } from './schedule.ts';

const HOUR = 3_600_000;
const nobodyToAsk: FetchOrders = async () => ({ kind: 'not-had', answer: { kind: 'not-configured' } });
let close = async (): Promise<void> => {};
afterEach(() => close());

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
    { runs: createRuns(base, () => {}), fetchOrders: nobodyToAsk, at: '06:30' },
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
