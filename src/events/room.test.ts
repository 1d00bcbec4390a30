import { expect, it } from 'vitest';
import { standing } from '../../test/kit/exchanges.ts';
import { HOUSE_KEY, house } from '../../test/kit/house.ts';
import { ground } from '../../test/kit/room.ts';

it('I6: in the product as it is composed, deliveries to a subscription are not everybody’s', async () => {
  const on = await ground();
  const { app } = await house({ engine: on.engine, platform: on.platform });
  const event = { operation: 'deliver-event', kind: 'appended' as const, version: null };
  await standing(on, [{ id: 'x1', key: 'hook_1', seq: 1, state: 'dead', ...event }], { system: 'subscriber' });
  const ask = async (method: string, path: string, key: string, body?: object) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': 'k1' };
    const answer = await app.fetch(
      new Request(`http://gateway${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) }),
    );
    return (await answer.json()) as { readonly key: string; readonly items: readonly { readonly id: string }[] };
  };
  const principal = { kind: 'person', name: 'van-hanh', role: 'operator' };
  const { key } = await ask('POST', '/v1/admin/keys', HOUSE_KEY, { principal });
  expect((await ask('GET', '/v1/exchanges', key)).items).toEqual([]);
  expect((await ask('GET', '/v1/exchanges', HOUSE_KEY)).items).toMatchObject([{ id: 'x1' }]);
});
