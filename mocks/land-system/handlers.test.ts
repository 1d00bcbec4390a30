import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { catchCalls } from '../kit/caught-network.ts';
import { landHandlers } from './handlers.ts';
import { LandSimulation } from './state.ts';
import { tellAll } from './telling.ts';
import { dossier } from './test-client.ts';

const BASE = 'http://land.test/dat-dai/';
const CALLBACKS = 'http://province.test/callbacks/land-system';
const state = new LandSimulation({ settings: { kind: 'ilis', callbackUrl: CALLBACKS } });
const heard: unknown[] = [];
catchCalls([
  ...landHandlers(state, BASE),
  http.post(`${CALLBACKS}/:call`, async ({ params, request }) => {
    heard.push({ call: params.call, ...((await request.json()) as object) });
    return HttpResponse.json({ Result: 1, Message: '' });
  }),
]);

const post = (service: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${BASE}${service}`, { method: 'POST', headers, body });

async function login(): Promise<Record<string, string>> {
  const { username, password, clientId: client_id, clientSecret: client_secret } = state.settings;
  const form = new URLSearchParams({ grant_type: 'password', username, password, client_id, client_secret });
  const { access_token } = (await (await post('token', form.toString())).json()) as { access_token: string };
  return { authorization: `Bearer ${access_token}` };
}

test('the same system answers through msw: its login, its calls, what it tells, its faults', async () => {
  const [one, other] = [JSON.stringify(dossier('H02-1')), JSON.stringify(dossier('H02-2'))];
  expect((await post('TiepNhanHoSo', one)).status).toBe(401);
  const bearer = await login();
  expect(await (await post('TiepNhanHoSo', one, bearer)).json()).toMatchObject({ data: 1 });
  expect((await post('tiepnhan', one, bearer)).status).toBe(404);
  const replies = await tellAll(state, [{ call: 'LuanChuyen', receiptNumber: 'H02-1' }], {});
  expect(replies).toMatchObject([{ taken: true }]);
  expect(heard).toMatchObject([{ call: 'LuanChuyen', SoBienNhan: 'H02-1' }]);
  state.addFault({ kind: 'lose-reply', match: { code: 'H02-2' }, times: 1 });
  await expect(post('TiepNhanHoSo', other, bearer)).rejects.toThrow();
  expect(state.counters).toMatchObject({ received: 2, taken: 1, openNow: 0 });
});
