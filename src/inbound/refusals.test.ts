import { expect, it } from 'vitest';
import { utf8 } from '../../adapters/kit/bytes.ts';
import { ground } from '../../test/kit/room.ts';
import { createRefusals } from './refusals.ts';

it('what was merely counted goes down with the next row of the system that it was meant for', async () => {
  const on = await ground();
  const refusals = createRefusals(on);
  const refused = (system: string) =>
    refusals.record({
      ...{ system, path: 'p', verifier: 'key', why: 'not-verified' },
      read: async () => ({ method: 'POST', headers: {}, remoteAddress: '192.0.2.1', query: {}, body: utf8('x') }),
    });
  for (let n = 0; n < 7; n++) await refused('tax');
  for (let n = 0; n < 2; n++) await refused('land-system');
  on.pass(60_000);
  await refused('land-system');
  await refused('tax');
  expect(await on.rows('select system, repeats from inbound order by system')).toEqual([
    { system: 'land-system', repeats: 2 },
    { system: 'tax', repeats: 7 },
  ]);
});
