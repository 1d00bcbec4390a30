import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ask, Tell } from '../../../adapters/adapter.ts';
import { drift } from '../../../adapters/adapter.ts';
import { type TestDesk, testDesk } from '../../../test/kit/desk.ts';
import { scriptedPortal } from '../../../test/kit/portal.ts';
import { type Ground, ground } from '../../../test/kit/room.ts';
import { routed } from '../../app.ts';
import { createSystems } from '../../delivery/systems.ts';
import { createInbound, type Inbound } from '../../inbound/inbound.ts';
import { callbackRoutes } from '../../inbound/routes/callbacks.ts';
import { createInboundViews } from '../../inbound/views.ts';
import type { InboundHandler } from '../../room.ts';
import { sql } from '../../store/engine.ts';
import { type Listening, listen } from './server.ts';

const EVERY = Uint8Array.from({ length: 256 }, (_, n) => n);
const here = { kind: 'peer', allow: ['127.0.0.1'] } as const;

/** Takes what is told by a query, and documents: they begin with the byte 1. */
const document: Tell = {
  ...{ kind: 'tell', path: 'document', methods: ['POST', 'GET'], verifier: here, maximumBytes: 1_000 },
  parse: async ({ method, query, body }) =>
    method === 'POST' && body[0] !== 1
      ? drift('', 'a document', 'other')
      : { type: 'document', ref: query.ref ?? 'none', dedupeKey: '1', data: [...body] },
  reply: (result) => ({
    status: result === 'failed' ? 422 : 200,
    contentType: 'application/pdf',
    body: Uint8Array.of(0xff, result.length, 0),
  }),
};
/** Gives back what was asked with, turned round. */
const echo: Ask = {
  ...{ kind: 'ask', path: 'echo', methods: ['POST'], verifier: here, maximumBytes: 1_000, timeoutMs: 1_000 },
  parse: async ({ body }) => ({ type: 'echo', ref: 'x', data: [...body] }),
  reply: (result) => ({
    status: 200,
    contentType: 'application/octet-stream',
    body: result.kind === 'answered' ? Uint8Array.from(result.answer as number[]) : new Uint8Array(),
  }),
};

const told: unknown[] = [];
const hear: InboundHandler = async ({ ref, data }) => {
  told.push([ref, data]);
  return [];
};

let desk: TestDesk;
let on: Ground;
let inbound: Inbound;
let server: Listening;
beforeAll(async () => {
  desk = await testDesk();
  on = { ...(await ground()), engine: desk.engine, platform: desk.platform };
  const adapter = { ...scriptedPortal({}), callbacks: [document, echo] };
  const systems = createSystems([{ name: 'ministry', title: adapter.title, adapter }]);
  inbound = createInbound({
    ...{ ...on, systems },
    handlers: new Map([['ministry/document', hear]]),
    askers: new Map([
      ['ministry/echo', async ({ data }) => ({ answer: [...(data as number[])].reverse(), statements: [] })],
    ]),
  });
  server = await listen(routed(callbackRoutes({ platform: on.platform, inbound }), desk.shell), { port: 0 });
});
afterAll(async () => {
  await server.close(0);
  await desk.close();
});
const send = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(`${server.url}/callbacks/ministry/${path}`, init);
  await inbound.settled();
  return { status: answer.status, headers: answer.headers, body: new Uint8Array(await answer.arrayBuffer()) };
};

describe('callbacks on a real server', () => {
  it('take every byte and give every byte', async () => {
    const answer = await send('echo', { method: 'POST', body: EVERY });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
    expect(answer.body).toEqual(EVERY.toReversed());
    const stored = await send('document?ref=d1', { method: 'POST', body: EVERY.subarray(1) });
    expect([stored.status, stored.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(stored.body).toEqual(Uint8Array.of(0xff, 'stored'.length, 0));
    expect(told).toEqual([['d1', [...EVERY.subarray(1)]]]);
  });

  it('take what is told by a query', async () => {
    expect((await send('document?ref=d2')).body[1]).toBe('stored'.length);
    expect((await send('document?ref=d2')).body[1]).toBe('duplicate'.length);
    expect(told.at(-1)).toEqual(['d2', []]);
  });

  it('keep what they cannot understand to the byte', async () => {
    expect((await send('document', { method: 'POST', body: EVERY })).status).toBe(422);
    const [row] = await on.engine.all(sql(`select id from inbound where state = 'drift'`));
    const shown = await createInboundViews(on).reveal(String(row?.id), 'prn_a', 'kiểm tra');
    expect(shown).toMatchObject({
      content: { method: 'POST', query: {}, bodyBase64: Buffer.from(EVERY).toString('base64') },
    });
  });

  it('answer a wrong method and an unknown path as what they are, and too much as failed', async () => {
    const wrong = await send('echo');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await send('nothing')).status).toBe(404);
    expect((await send('document', { method: 'POST', body: new Uint8Array(1_001).fill(1) })).status).toBe(422);
  });
});
