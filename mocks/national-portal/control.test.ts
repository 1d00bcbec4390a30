import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PushReply } from './push.ts';
import { type RunningPortal, startPortal } from './server.ts';
import type { Summary } from './summary.ts';
import { PortalCaller, record } from './test-client.ts';

let portal: RunningPortal;
let caller: PortalCaller;

beforeEach(async () => {
  portal = await startPortal();
  caller = new PortalCaller(portal);
  await caller.login();
});
afterEach(() => portal.close());

test('faults are set, listed and cleared over HTTP', async () => {
  const { ids } = await caller.control<{ ids: number[] }>('POST', 'faults', [
    { kind: 'status', status: 503, match: { service: 'any-call' } },
    { kind: 'delay', ms: 1 },
  ]);
  expect((await caller.call('LayDanhMucLinhVuc')).status).toBe(503);
  expect((await caller.control<{ faults: unknown[] }>('GET', 'faults')).faults).toHaveLength(2);
  await caller.control('DELETE', `faults/${ids[0]}`);
  expect((await caller.call('LayDanhMucLinhVuc')).status).toBe(200);
  await caller.control('DELETE', 'faults');
  expect(portal.state.listFaults()).toEqual([]);
});

test('an outage asked for over HTTP is answered first, and ends by itself', async () => {
  expect(await caller.control('POST', 'faults', { kind: 'outage' })).toEqual({
    error: 'TypeError: an outage over HTTP needs forMs',
  });
  expect(await caller.control('POST', 'faults', { kind: 'outage', forMs: 150 })).toEqual({ ids: [0] });
  const reached = async (): Promise<boolean> => (await caller.login().catch(() => undefined)) !== undefined;
  await expect.poll(reached, { interval: 10 }).toBe(false);
  await expect.poll(reached, { interval: 20, timeout: 3_000 }).toBe(true);
});

test('settings change over HTTP; a misspelt one is heard', async () => {
  await caller.control('POST', 'settings', { codes: 'string' });
  expect((await caller.call('LayDanhMucLinhVuc')).json?.error_code).toBe('0');
  expect(await caller.control('POST', 'settings', { kodes: 'string' })).toEqual({
    error: 'TypeError: no such setting: kodes',
  });
});

test('what is held can be read one by one, in pages and summed; the digest is blind to the order of arrival', async () => {
  await caller.sync([record('A-1'), record('A-2'), record('A-3')]);
  const page = await caller.control<{ dossiers: { code: string }[]; next: string }>('GET', 'dossiers?limit=2');
  expect(page.dossiers.map(({ code }) => code)).toEqual(['A-1', 'A-2']);
  const rest = await caller.control<{ dossiers: { code: string }[]; next: null }>(
    'GET',
    `dossiers?limit=2&after=${page.next}`,
  );
  expect([rest.dossiers.map(({ code }) => code), rest.next]).toEqual([['A-3'], null]);
  expect(await caller.control('GET', 'dossiers/A-1')).toMatchObject({ code: 'A-1', body: { MaTTHC: '1.001193' } });
  expect(await caller.control('GET', 'dossiers/none')).toEqual({ error: 'not found' });
  const before = await caller.control<Summary>('GET', 'summary');
  expect(before).toMatchObject({ dossiers: 3, byStatus: { '2': 3 }, suspect: [] });
  await caller.control('POST', 'reset');
  expect(portal.state.dossiers.size).toBe(0);
  await caller.login();
  await caller.sync([record('A-3'), record('A-1'), record('A-2')]);
  expect((await caller.control<Summary>('GET', 'summary')).digest).toBe(before.digest);
  await caller.control('PUT', 'dossiers/A-1', { status: '10' });
  expect((await caller.control<Summary>('GET', 'summary')).digest).not.toBe(before.digest);
});

test('the state over HTTP shows counters and no password', async () => {
  const state = await caller.control<{ counters: { logins: number } }>('GET', 'state');
  expect(state.counters.logins).toBe(1);
  expect(JSON.stringify(state)).not.toContain('portal-password');
});

test('a pushed dossier goes as nhanhsdvcqg, repeated and reordered, and its replies are kept', async () => {
  const got: { isUpdating: string; data: { MaHoSo: string }[] }[] = [];
  const province: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const message = JSON.parse(body) as (typeof got)[number];
      const code = message.data[0]?.MaHoSo;
      const duplicate = got.some(({ data }) => data[0]?.MaHoSo === code);
      got.push(message);
      response.end(JSON.stringify({ error_code: duplicate ? 1 : 0, message: 'thành công' }));
    });
  });
  await new Promise<void>((resolve) => province.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(province.address() as AddressInfo).port}/nhanhsdvcqg`;
  const { replies } = await caller.control<{ replies: PushReply[] }>('POST', 'push', {
    url,
    count: 6,
    repeat: 2,
    reorder: true,
  });
  province.close();
  province.closeAllConnections();
  expect(got).toHaveLength(12);
  expect(got[0]?.isUpdating).toBe('False');
  const sent = got.map(({ data }) => data[0]?.MaHoSo ?? '');
  expect(sent).not.toEqual([...sent].sort());
  expect(replies.filter(({ errorCode }) => errorCode === '1')).toHaveLength(6);
  expect(portal.state.pushes).toEqual(replies);
  expect(portal.state.national.size).toBe(6);
});

test('a push to nobody is a reply with status 0', async () => {
  const [reply] = await portal.state.push({ url: 'http://127.0.0.1:1/nhanhsdvcqg' });
  expect(reply).toMatchObject({ status: 0, errorCode: undefined });
});
