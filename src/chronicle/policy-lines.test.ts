import { expect, it } from 'vitest';
import { ground } from '../../test/kit/room.ts';
import { createLanes } from '../delivery/sending/lanes.ts';

const POLICY = {
  ...{ ratePerSecond: 1, burst: 2, concurrency: 3, downtime: [] },
  breaker: { windowMs: 1, minimumCalls: 1, minimumKeys: 1, failureRatio: 1, openMs: 1, maxOpenMs: 1 },
};

it('a policy that is put in force is a line, the same again none, whoever else does so at once', async () => {
  const on = await ground();
  try {
    const lanes = createLanes(on.engine);
    const lines = () => on.rows(`select to_state from journal where ref = 'lane:tax/command' order by position`);
    const add = (ratePerSecond: number) =>
      lanes.add([{ system: 'tax', class: 'command', policy: { ...POLICY, ratePerSecond } }]);
    await add(1);
    await add(1);
    expect(await lines()).toEqual([{ to_state: 'rate 1000 in 1000 s, burst 2, at once 3' }]);
    for (let round = 0; round < 10; round++) {
      await Promise.all([2, 3, 4].map((rate) => add(rate + round)));
      const [row] = await on.rows(`select policy_rate from lane where name = 'tax/command'`);
      const said = (await lines()).at(-1);
      expect(said).toEqual({ to_state: `rate ${Number(row?.policy_rate) * 1_000} in 1000 s, burst 2, at once 3` });
    }
    // What was changed behind its back is written again as it is put in force.
    await on.rows(`update lane set max_open = 9`);
    await add(1);
    expect((await lines()).at(-1)).toEqual({ to_state: 'rate 1000 in 1000 s, burst 2, at once 3' });
  } finally {
    await on.engine.close();
  }
});
