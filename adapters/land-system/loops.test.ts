import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningLand, startLand } from '../../mocks/land-system/server.ts';
import { DEFAULT_SETTINGS } from '../../mocks/land-system/settings.ts';
import { type LandPlan, ordersOf, tellAll } from '../../mocks/land-system/telling.ts';
import type { InboundMessage, Tell } from '../adapter.ts';
import { utf8 } from '../kit/bytes.ts';
import { landCallbacks } from './callbacks.ts';
import { landConfig } from './config.ts';

/** The simulator tells, the adapter reads: both have read the wire on their own. */

const NUMBER = 'H02.15-250601-0001';
const AT = Date.UTC(2025, 5, 2, 1);

let land: RunningLand;
let server: Server;
let heard: InboundMessage[];

beforeEach(async () => {
  heard = [];
  const callbacks = landCallbacks(
    landConfig.parse({
      URL: 'http://127.0.0.1:1',
      KIND: 'vbdlis',
      SECURITY_CODE: DEFAULT_SETTINGS.callbackSecret,
      TIME_ZONE: 'UTC',
    }),
    () => AT,
  ) as readonly Tell[];
  server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    let text = '';
    incoming.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    incoming.on('end', async () => {
      const tell = callbacks.find(({ path }) => path === url.pathname.slice(1));
      if (tell?.verifier.kind !== 'shared-key') throw new TypeError('no such callback');
      const query = Object.fromEntries(url.searchParams);
      const asked = { method: 'POST', headers: {}, query, body: utf8(text), remoteAddress: '127.0.0.1' } as const;
      const parsed = (await tell.verifier.verify(asked)) ? await tell.parse(asked) : undefined;
      const known = parsed !== undefined && 'ref' in parsed ? parsed : undefined;
      if (known !== undefined) heard.push(known);
      response.end(tell.reply(known === undefined ? 'refused' : 'stored').body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const callbackUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  land = await startLand({ clock: () => AT, settings: { callbackUrl } });
});
afterEach(async () => {
  await land.close();
  server.close();
  server.closeAllConnections();
});

const run = async (loop: string, plan?: LandPlan) => {
  const replies = await tellAll(land.state, ordersOf(loop, NUMBER), plan);
  expect(replies.every(({ taken }) => taken)).toBe(true);
  return heard.map(({ type, ref, data }) => ({ type, ref, ...(data as { sentBack?: boolean; at: string | null }) }));
};

it('the tax office returned it as wrong: round again, until the notices come', async () => {
  expect(await run('tax-returned')).toMatchObject([
    { type: 'land-step', ref: NUMBER, sentBack: false, at: '2025-06-02T08:00:00+07:00' },
    { type: 'land-returned-as-wrong', ref: NUMBER },
    { type: 'land-step', ref: NUMBER, sentBack: true, at: '2025-06-02T08:02:00+07:00' },
    { type: 'land-tax-notices', ref: NUMBER, notices: [{ kind: 'registration-fee' }] },
  ]);
});

it('the result was wrong: it is done again', async () => {
  expect(await run('wrong-result')).toMatchObject([
    { type: 'land-step', sentBack: true },
    { type: 'land-finished', ending: 'result', results: [{ originals: 1 }] },
  ]);
});

it('what comes twice and out of order has the same keys', async () => {
  await run('tax-returned', { repeat: 3, reorder: true, concurrency: 3 });
  expect(heard).toHaveLength(12);
  expect(new Set(heard.map(({ type, dedupeKey }) => `${type}:${dedupeKey}`)).size).toBe(4);
});

it.each(['iso', 'iso-offset', 'slashed', 'epoch', 'dot-net'] as const)(
  'one time, told as %s, the code in the body',
  async (timesAs) => {
    land.state.configure({ timesAs, securityCodeIn: 'body' });
    const [step] = await run('wrong-result');
    expect(step).toMatchObject({ at: '2025-06-02T08:00:00+07:00' });
  },
);

it('a stranger is heard by nobody', async () => {
  land.state.configure({ callbackSecret: 'mot-ma-khac' });
  const replies = await tellAll(land.state, ordersOf('wrong-result', NUMBER));
  expect(replies.map(({ taken }) => taken)).toEqual([false, false]);
  expect(heard).toEqual([]);
});
