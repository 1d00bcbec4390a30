import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookAt, owed, ticketDone } from '../adapter/callbacks.ts';
import { practiceConfig } from '../adapter/config.ts';
import { type RunningPractice, startPractice } from './server.ts';

interface Heard {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

let bureau: RunningPractice;
let ear: Server;
let heard: Heard[];
let earUrl: string;

beforeEach(async () => {
  bureau = await startPractice();
  heard = [];
  ear = createServer(async (request, response) => {
    heard.push(await read(request));
    response.end('{"taken":true}');
  });
  ear.listen(0, '127.0.0.1');
  await once(ear, 'listening');
  earUrl = `http://127.0.0.1:${(ear.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await bureau.close();
  ear.closeAllConnections();
  ear.close();
});

async function read(request: IncomingMessage): Promise<Heard> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const { method = '', url = '/' } = request;
  return { method, url: new URL(url, 'http://127.0.0.1'), headers, body: new Uint8Array(Buffer.concat(chunks)) };
}

const config = () =>
  practiceConfig.parse({
    URL: bureau.url,
    USERNAME: 'x',
    PASSWORD: 'x',
    SIGNING_KEY: bureau.state.settings.signingKey,
  });
const asInbound = ({ method, url, headers, body }: Heard) => ({
  method: method as 'GET' | 'POST',
  headers,
  query: Object.fromEntries(url.searchParams),
  body,
  remoteAddress: '127.0.0.1',
});
async function control<Body>(method: string, path: string, body?: object): Promise<Body> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  return (await (await fetch(`${bureau.controlUrl}/${path}`, init)).json()) as Body;
}

test('tells decided tickets, signed; repeated and reordered when told', async () => {
  for (const n of [1, 2, 3]) bureau.state.submit(`thu-${n}`, 'GP.0001');
  for (const ticket of ['T-000001', 'T-000002', 'T-000003']) await control('PUT', `tickets/${ticket}`, {});
  const tickets = [...bureau.state.tickets.keys()];
  await control('POST', 'calls', { kind: 'tell', url: earUrl, tickets, repeat: 2, reorder: true });
  const callback = ticketDone(config());
  const refs: string[] = [];
  for (const each of heard) {
    const request = asInbound(each);
    expect(callback.verifier.kind === 'signature' && (await callback.verifier.verify(request))).toBe(true);
    const message = await callback.parse(request);
    refs.push('ref' in message ? message.ref : 'drift');
  }
  expect(refs.toSorted()).toEqual([...tickets, ...tickets].toSorted());
  expect(refs).not.toEqual([...tickets, ...tickets]);
});

test('tells by itself when a ticket is done after its time', async () => {
  bureau.state.configure({ doneAfterMs: 10, tellUrl: earUrl });
  bureau.state.submit('thu-1', 'GP.0001');
  await expect.poll(() => bureau.state.callsMade).toMatchObject([{ kind: 'tell', about: 'T-000001', status: 200 }]);
});

test('asks what a permit owes, and hints at a reference', async () => {
  await bureau.state.call({ kind: 'ask', url: earUrl, permits: ['GP.0001'] });
  await bureau.state.call({ kind: 'hint', url: earUrl, references: ['thu-1'] });
  const [question, hint] = heard.map(asInbound);
  if (question === undefined || hint === undefined) throw new Error('both must be heard');
  expect(await owed(config()).parse(question)).toMatchObject({ type: 'owed', ref: 'GP.0001' });
  expect(await lookAt().parse(hint)).toMatchObject({ type: 'look-at', ref: 'thu-1' });
});

test('is worked over HTTP: effects, pages, tickets, reset', async () => {
  bureau.state.openPage('thu-1', 'GP.0001', 8000);
  bureau.state.openPage('thu-1', 'GP.0001', 8000);
  bureau.state.submit('thu-2', 'GP.0001');
  expect(await control('GET', 'effects')).toEqual({ 'thu-1': 2, 'thu-2': 1 });
  expect(await control('GET', 'state')).toMatchObject({ pages: 2, tickets: 1, counters: { pagesOpened: 2 } });
  expect(await control('PUT', 'tickets/T-000009', {})).toEqual({ error: 'not found' });
  await control('POST', 'reset');
  expect(await control('GET', 'effects')).toEqual({});
  expect(await control('POST', 'settings', { findz: 'unsure' })).toEqual({
    error: 'TypeError: no such setting: findz',
  });
});

test('stands alone: prints where it is, takes settings, goes when asked', async () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, '--settings', JSON.stringify({ finds: 'unsure' })]);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { controlUrl } = JSON.parse(line.toString()) as { controlUrl: string };
  expect(await (await fetch(`${controlUrl}/state`)).json()).toMatchObject({ settings: { finds: 'unsure' } });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
