import { expect, it } from 'vitest';
import { scriptedPortal } from '../../test/kit/portal.ts';
import { ground } from '../../test/kit/room.ts';
import { createLanes } from '../delivery/sending/lanes.ts';
import { createSystems } from '../delivery/systems.ts';

it('a breaker that opens or closes is told once, and only when it did', async () => {
  const on = await ground();
  const adapter = scriptedPortal({});
  const lanes = createLanes(on.engine);
  await lanes.ensure(createSystems([{ name: 'national-portal', title: adapter.title, adapter }]));
  const lane = 'national-portal/command';
  await lanes.open(lane, 'timeout', 60_000, 'evt_1');
  await lanes.open(lane, 'timeout', 60_000, 'evt_2');
  await lanes.close(lane, 'evt_3');
  await lanes.close(lane, 'evt_4');
  expect(await on.rows('select id, type, system, ref, data from event order by id')).toEqual([
    {
      id: 'evt_1',
      type: 'system.breaker-opened',
      system: 'national-portal',
      ref: 'national-portal',
      data: '{"lane":"national-portal/command","reason":"timeout"}',
    },
    {
      id: 'evt_3',
      type: 'system.breaker-closed',
      system: 'national-portal',
      ref: 'national-portal',
      data: '{"lane":"national-portal/command","reason":null}',
    },
  ]);
});
