import { Agent, request } from 'undici';
import { expect, test } from 'vitest';
import { catchCalls } from '../kit/caught-network.ts';
import { portalHandlers } from './handlers.ts';
import { PortalState } from './state.ts';
import { record } from './test-client.ts';

const BASE = 'http://portal.test/VXPAdapter/RestService/forward';
const state = new PortalState();
catchCalls(portalHandlers(state, BASE));

const { username, password, unit, dstcode } = state.settings;
const query = `?dstcode=${encodeURIComponent(dstcode)}`;

async function post(path: string, body: object): Promise<{ status: number; json: Record<string, unknown> }> {
  const options = {
    method: 'POST' as const,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const reply = await request(`${BASE}${path}${query}`, { ...options, dispatcher: new Agent() });
  return { status: reply.statusCode, json: (await reply.body.json()) as Record<string, unknown> };
}

test('the same portal answers undici through msw, faults included', async () => {
  const login = await post('/mapi/login', { username, password });
  expect(login.json.error_code).toBe(0);
  const call = { session: login.json.session, madonvi: unit, service: 'DongBoHoSoMC', isUpdating: 'False' };
  expect((await post('/mapi/g', { ...call, data: [record('A-1')] })).json.error_code).toBe(0);
  expect((await post('/mapi/g', { ...call, data: [record('A-1')] })).json.error_code).toBe(3);
  expect(state.dossiers.size).toBe(1);
  state.addFault({ kind: 'lose-reply', times: 1 });
  await expect(post('/mapi/g', { ...call, data: [record('A-2')] })).rejects.toThrow();
  expect(state.dossiers.size).toBe(2);
  expect(state.counters.openNow).toBe(0);
});

test('fetch meets the same handlers, with the dstcode in a header', async () => {
  const reply = await fetch(`${BASE}/mapi/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', dstcode },
    body: JSON.stringify({ username, password: 'wrong' }),
  });
  expect(await reply.json()).toMatchObject({ error_code: -1 });
});
