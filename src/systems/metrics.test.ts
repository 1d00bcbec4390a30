import { expect, it } from 'vitest';
import { standing } from '../../test/kit/exchanges.ts';
import { askable, scriptedPortal } from '../../test/kit/portal.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { createLanes } from '../delivery/sending/lanes.ts';
import type { System } from '../delivery/systems.ts';
import { sql } from '../store/engine.ts';
import { systemMetrics } from './metrics.ts';

const portal = { system: 'national-portal' };
const CONFIGURED = { name: 'national-portal', adapter: {} } as System;
const command = { lane: 'national-portal/command' };

function at(given: Ground) {
  const metrics = systemMetrics({ ...given, lanes: createLanes(given.engine), systems: { all: [CONFIGURED] } });
  const shown = async (name: string) => (await metrics.read()).filter((each) => each.name === name);
  return { metrics, shown };
}

it('how delivery stands: open, refused and given up by state, what waits, and for how long', async () => {
  const on = await ground();
  const wall = on.platform.wall();
  await standing(on, [{ id: 'x1', key: 'D1', seq: 1, state: 'retrying', acceptedAt: wall - 4_000 }]);
  await standing(on, [{ id: 'x2', key: 'D2', seq: 1, state: 'pending', acceptedAt: wall - 1_500 }]);
  await standing(on, [{ id: 'x3', key: 'D3', seq: 1, state: 'dead', acceptedAt: wall - 90_000 }]);
  await on.engine.batch([sql(`update stream set due_at = 1 where key in ('D1', 'D2')`)]);
  const { metrics, shown } = at({ ...on, platform: { ...on.platform, wall: () => wall } });
  expect((await shown('exchanges')).map(({ labels, value }) => [labels.state, value]).sort()).toEqual([
    ['dead', 1],
    ['parked', 0],
    ['pending', 1],
    ['rejected', 0],
    ['retrying', 1],
    ['sending', 0],
    ['uncertain', 0],
  ]);
  expect(await shown('backlog')).toEqual([{ name: 'backlog', labels: portal, value: 2 }]);
  expect(await shown('oldest_waiting_seconds')).toEqual([{ name: 'oldest_waiting_seconds', labels: portal, value: 4 }]);
  for (const { name } of await metrics.read()) expect(metrics.gauges[name]).toBeDefined();
});

it('shows 0 where nothing is to be settled, so that the first is seen', async () => {
  const on = await ground();
  await standing(on, [{ id: 'x1', seq: 1, state: 'dead' }]);
  const { shown } = at(on);
  expect((await shown('exchanges')).filter(({ value }) => value > 0)).toHaveLength(1);
  expect(await shown('backlog')).toEqual([{ name: 'backlog', labels: portal, value: 0 }]);
  expect(await shown('oldest_waiting_seconds')).toEqual([{ name: 'oldest_waiting_seconds', labels: portal, value: 0 }]);
});

it('a breaker is open until its time has come by the clock that does not step, then half open', async () => {
  const on = await ground();
  await askable(on, scriptedPortal({}));
  const { shown } = at(on);
  const breaker = async () => (await shown('breaker_state')).find(({ labels }) => labels.lane === command.lane)?.value;
  expect(await breaker()).toBe(0);
  await on.engine.batch([
    sql(`update lane set breaker = 'open', open_until = {now} + 5000, paused_by = 'a' where name = ?1`, command.lane),
  ]);
  on.stepWall(60_000);
  expect(await breaker()).toBe(2);
  on.pass(5_000);
  expect(await breaker()).toBe(1);
  expect(await shown('lane_paused')).toContainEqual({ name: 'lane_paused', labels: command, value: 1 });
});
