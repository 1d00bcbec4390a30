import { expect, it } from 'vitest';
import { scriptedPortal } from '../../test/kit/portal.ts';
import { ground } from '../../test/kit/room.ts';
import { createLanes, resumeLanes } from '../delivery/sending/lanes.ts';
import { createSystems } from '../delivery/systems.ts';

it('a credential that pauses itself is told once, in the batch that pauses it, and again when it was resumed in vain', async () => {
  const on = await ground();
  const adapter = scriptedPortal({});
  const lanes = createLanes(on.engine);
  await lanes.ensure(createSystems([{ name: 'national-portal', title: adapter.title, adapter }]));
  const refuse = (n: number) => lanes.loginRefused('national-portal', `evt_${n}`);
  const told = () => on.rows('select id, type, system, ref, data from event order by id');
  expect([await refuse(1), (await told()).length]).toEqual([false, 0]);
  // Several lanes hear of it at the same moment.
  const paused = await Promise.all([refuse(2), refuse(3), refuse(4)]);
  expect(paused.filter(Boolean)).toHaveLength(1);
  const first = `evt_${2 + paused.indexOf(true)}`;
  expect(await told()).toEqual([
    {
      id: first,
      type: 'system.paused',
      system: 'national-portal',
      ref: 'national-portal',
      data: '{"lane":null,"reason":"credential-refused"}',
    },
  ]);
  await on.engine.batch([resumeLanes('national-portal')]);
  expect(await refuse(5)).toBe(true);
  expect((await told()).map(({ id }) => id)).toEqual([first, 'evt_5']);
  expect(await on.rows(`select ref, from_state, to_state, actor from journal where ref like 'system:%'`)).toEqual(
    Array(2).fill({
      ...{ ref: 'system:national-portal', from_state: 'running', to_state: 'paused: credential-refused' },
      actor: 'gateway',
    }),
  );
});

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
