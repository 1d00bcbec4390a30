import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PURPOSES } from '../../../contracts/domain/purpose.ts';
import { type Client, type TestDesk, testDesk } from '../../../test/kit/desk.ts';
import { declared } from '../../../test/kit/events.ts';
import { standing } from '../../../test/kit/exchanges.ts';
import { scriptedPortal } from '../../../test/kit/portal.ts';
import type { Ground } from '../../../test/kit/room.ts';
import { happened, raise } from '../../chronicle/raise.ts';
import { memoryKeyringStore, openKeyring } from '../../crypto/keyring.ts';
import { webVault } from '../../crypto/vault-web.ts';
import { systemPaused } from '../../delivery/event-types.ts';
import { createLanes, resumeLanes } from '../../delivery/sending/lanes.ts';
import { createSystems, type Systems } from '../../delivery/systems.ts';
import { createEvents, type Events } from '../../events/events.ts';
import { originRule } from '../../events/origins.ts';
import { eventBody } from '../../events/routes/view.ts';
import { eventRoutes } from '../../events/routes.ts';
import { ownedDeliveries } from '../../events/subscriptions.ts';
import { openApiDocument } from '../../routes/openapi.ts';
import { sql } from '../../store/engine.ts';
import { createSystemControl } from '../../systems/control.ts';
import { createExchanges } from '../exchanges.ts';
import { createInterventions } from '../interventions/interventions.ts';
import { createReplays } from '../replays/replays.ts';
import { exchangeRoutes } from './exchanges.ts';
import { replayRoutes } from './replays.ts';

let desk: TestDesk;
let client: Client;
let on: Ground;
let room: Events;
let systems: Systems;
const keys: Record<'operator' | 'second' | 'system' | 'auditor' | 'robot' | 'administrator', string> = {
  operator: '',
  second: '',
  system: '',
  auditor: '',
  robot: '',
  administrator: '',
};
let count = 0;

beforeAll(async () => {
  desk = await testDesk();
  const { engine, platform } = desk;
  const keyring = await openKeyring({ masterKey: randomBytes(32), store: memoryKeyringStore(), platform });
  on = {
    engine,
    platform,
    vault: webVault(keyring, platform),
    observer: { call: () => {}, settled: () => {}, notice: () => {} },
    notices: [],
    pass: (ms) => {
      desk.platform.at += ms;
    },
    stepWall: (ms) => {
      desk.platform.wallAheadMs += ms;
    },
    rows: (text) => engine.all(sql(text)),
  };
  const portal = scriptedPortal({});
  systems = createSystems([{ name: 'national-portal', title: portal.title, adapter: portal }]);
  const filled = <Filler>() => [ownedDeliveries as Filler];
  room = createEvents({
    body: eventBody,
    ...on,
    dispatcher: { addLane: async () => {}, removeLane: async () => {}, wake: () => {} },
    owner: 'test',
    mayCall: originRule(['http://127.0.0.1:9000']),
    failed: (error) => {
      throw error;
    },
  });
  client = desk.serve([
    ...exchangeRoutes({
      exchanges: {
        views: createExchanges({ ...on, systems, filled }),
        interventions: createInterventions({ ...on, systems, filled, wake: () => {} }),
      },
      purposes: DEFAULT_PURPOSES,
    }),
    ...replayRoutes({ replays: createReplays({ ...on, filled, approvalAbove: 2 }) }),
    ...eventRoutes({ ...room, types: declared }),
  ]);
  keys.operator = await desk.key('operator');
  keys.second = await desk.key('operator');
  keys.robot = await desk.key('operator', 'system');
  keys.system = await desk.key('system', 'system');
  keys.administrator = await desk.key('administrator');
  keys.auditor = await desk.key('auditor');
});
afterAll(() => desk.close());

const get = (path: string, key = keys.operator) => client.send('GET', path, { key });
const post = (path: string, body?: unknown, key = keys.operator, idempotency = `k${++count}`) =>
  client.send('POST', path, { key, body, headers: { 'idempotency-key': idempotency } });

describe('exchanges over HTTP', () => {
  it('are listed page by page and shown, with a 404 for what there is not', async () => {
    await standing(on, [
      { id: 'x_a1', key: 'L1', seq: 1, state: 'delivered' },
      { id: 'x_a2', key: 'L2', seq: 1, state: 'dead' },
      { id: 'x_a3', key: 'L3', seq: 1, state: 'rejected' },
    ]);
    const first = await get('/v1/exchanges?state=dead&state=rejected&limit=1');
    expect(first.json.items).toMatchObject([{ id: 'x_a3', key: 'L3', state: 'rejected' }]);
    const second = await get(`/v1/exchanges?state=dead&state=rejected&limit=1&cursor=${first.json.nextCursor}`);
    expect(second.json).toMatchObject({ items: [{ id: 'x_a2' }], nextCursor: null });
    expect((await get('/v1/exchanges?key=L1&state=delivered')).json.items).toHaveLength(1);
    expect((await get('/v1/exchanges?state=lost')).status).toBe(400);
    expect((await get('/v1/exchanges/x_a2')).json).toMatchObject({ state: 'dead', tries: [{ n: 1 }] });
    expect((await get('/v1/exchanges/x_none')).status).toBe(404);
  });

  it('say why their lane was paused, in the words of who paused it, also where something was done to them', async () => {
    await standing(on, [
      { id: 'x_p1', key: 'P1', seq: 1, state: 'dead' },
      { id: 'x_p2', key: 'P2', seq: 1, state: 'uncertain' },
      { id: 'x_p3', key: 'P3', seq: 1, state: 'pending' },
    ]);
    const lanes = createLanes(on.engine);
    await lanes.ensure(systems);
    const control = createSystemControl({ ...on, systems, lanes, queries: {} as never, wake: () => {} });
    await control.pause('national-portal', 'prn_a', 'bảo trì theo công văn');
    const paused = { stream: { lane: { pausedReason: 'bảo trì theo công văn', pausedBy: 'prn_a' } } };
    const answers = [
      await get('/v1/exchanges/x_p1'),
      await post('/v1/exchanges/x_p1/retry', {}),
      await post('/v1/exchanges/x_p2/confirm', {}),
      await post('/v1/exchanges/x_p3/cancel', {}),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, json: paused });
    expect(await on.rows(`select 1 from lane where paused_reason like '%bảo trì%'`)).toEqual([]);
    await on.engine.batch([resumeLanes('national-portal'), sql(`delete from event where type = 'system.paused'`)]);
  });

  it('I6: their words need the scope `reveal`, a purpose, and leave a line in the journal', async () => {
    expect((await get('/v1/exchanges/x_a3?reveal=complaint', keys.system)).status).toBe(403);
    expect((await get('/v1/exchanges/x_a3?reveal=complaint', keys.auditor)).status).toBe(200);
    expect(await on.rows(`select to_state from journal where ref = 'x_a3' and to_state like 'revealed%'`)).toHaveLength(
      1,
    );
  });

  it('are retried and cancelled once per key, and refused with a stable code', async () => {
    await standing(on, [{ id: 'x_b1', key: 'A1', seq: 1, state: 'rejected' }]);
    const retried = await post('/v1/exchanges/x_b1/retry', undefined, keys.operator, 'same');
    expect(retried).toMatchObject({ status: 200, json: { state: 'pending' } });
    expect((await post('/v1/exchanges/x_b1/retry', undefined, keys.operator, 'same')).status).toBe(200);
    expect(await on.rows(`select id from journal where ref = 'x_b1' and to_state = 'pending'`)).toHaveLength(1);
    expect((await post('/v1/exchanges/x_b1/cancel', { reason: 'sent twice by mistake' })).json.state).toBe('cancelled');
    expect(await post('/v1/exchanges/x_b1/cancel')).toMatchObject({ status: 409, json: { code: 'exchange-final' } });
    expect((await post('/v1/exchanges/x_b1/cancel', { reason: 'phone 0900 000 000' })).status).toBe(400);
    await standing(on, [
      { id: 'x_b2', key: 'A2', seq: 1, state: 'rejected' },
      { id: 'x_b3', key: 'A2', seq: 2, state: 'sending' },
    ]);
    expect(await post('/v1/exchanges/x_b2/retry')).toMatchObject({
      status: 409,
      json: { code: 'exchange-superseded', newest: 'x_b3' },
    });
    expect(await post('/v1/exchanges/x_b3/cancel')).toMatchObject({
      status: 409,
      json: { code: 'exchange-in-flight' },
    });
    expect((await post('/v1/exchanges/x_b3/retry', {}, keys.auditor)).status).toBe(403);
  });

  it('I2: an uncertain one is asked about; a stated outcome needs a reason', async () => {
    await standing(on, [{ id: 'x_c1', key: 'C1', seq: 1, state: 'uncertain' }]);
    expect((await post('/v1/exchanges/x_c1/confirm')).json).toMatchObject({
      state: 'uncertain',
      stream: { asksFirst: true },
    });
    expect((await post('/v1/exchanges/x_c1/confirm', { outcome: 'applied' })).json.errors).toMatchObject([
      { pointer: '/reason' },
    ]);
  });
});

describe('replays over HTTP', () => {
  const filter = { system: 'national-portal', operations: ['replayed-here'] };

  it('count first; a large one needs another person (I7)', async () => {
    await standing(
      on,
      ['1', '2', '3'].map((n) => ({ id: `x_r${n}`, key: `R${n}`, seq: 1, state: 'dead', operation: 'replayed-here' })),
    );
    on.pass(10);
    const body = { filter, reason: 'the portal is mended' };
    expect(await post('/v1/replays', { ...body, dryRun: true })).toMatchObject({
      status: 200,
      json: { matched: 3, needsApproval: true },
    });
    const made = await post('/v1/replays', body, keys.operator, 'replay-1');
    expect(made).toMatchObject({ status: 201, json: { state: 'awaiting-approval' } });
    expect((await post('/v1/replays', body, keys.operator, 'replay-1')).json.id).toBe(made.json.id);
    const path = `/v1/replays/${made.json.id}`;
    for (const key of [keys.operator, keys.robot])
      expect(await post(`${path}/approve`, undefined, key)).toMatchObject({
        status: 403,
        json: { code: 'second-person-required' },
      });
    expect((await post(`${path}/approve`, undefined, keys.second)).json.state).toBe('running');
    expect((await post(`${path}/stop`)).json.state).toBe('stopped');
    expect(await post(`${path}/stop`)).toMatchObject({ status: 409, json: { code: 'wrong-state', state: 'stopped' } });
    expect((await get(path)).json.stoppedBy).not.toBeNull();
    expect((await get('/v1/replays')).json.items).toHaveLength(1);
    expect((await get('/v1/replays/none')).status).toBe(404);
  });

  it('I7: what needs two people is not asked for by a program', async () => {
    const body = { filter, reason: 'the portal is mended' };
    expect(await post('/v1/replays', body, keys.robot)).toMatchObject({
      status: 403,
      json: { code: 'second-person-required' },
    });
    expect((await get('/v1/replays')).json.items).toHaveLength(1);
  });

  it('refuse what is final in a good sense', async () => {
    const answer = await post('/v1/replays', { filter: { ...filter, states: ['delivered'] }, reason: 'again please' });
    expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer: '/filter/states/0' }] } });
  });
});

describe('events over HTTP', () => {
  it('are followed by position', async () => {
    await on.engine.batch([
      raise([
        happened(on.platform, systemPaused, { system: 'tax', ref: 'tax', data: { lane: null, reason: 'night' } }),
      ]),
      sql(`update event set position = 1`),
    ]);
    const page = await get('/v1/events?after=0&types=system.paused&types=system.resumed', keys.system);
    expect(page.json).toMatchObject({
      items: [{ type: 'system.paused', ref: 'tax', position: 1 }],
      next: 1,
      more: false,
    });
    expect((await get('/v1/events?after=1')).json.items).toEqual([]);
    expect((await get('/v1/events?types=nothing')).status).toBe(400);
    expect((await get('/v1/events?waitSeconds=26')).status).toBe(400);
  });
});

describe('subscriptions over HTTP', () => {
  it('I6: show a secret once, and null when the answer is repeated', async () => {
    const body = { url: 'http://127.0.0.1:9000/hook', types: ['exchange.dead'] };
    const made = await post('/v1/subscriptions', body, keys.system, 'sub-1');
    expect(made).toMatchObject({ status: 201, json: { url: body.url, types: body.types, position: 1 } });
    expect(made.json.secret).toMatch(/^whsec_/);
    const again = await post('/v1/subscriptions', body, keys.system, 'sub-1');
    expect(again.json).toEqual({ ...made.json, secret: null });
    const path = `/v1/subscriptions/${made.json.id}`;
    expect((await get(path, keys.system)).json.secrets).toMatchObject([{ n: 1 }]);
    const second = await post(`${path}/secrets`, undefined, keys.system, 'sec-2');
    expect(second).toMatchObject({ status: 201, json: { n: 2 } });
    expect(second.json.secret).toMatch(/^whsec_/);
    expect((await post(`${path}/secrets`, undefined, keys.system, 'sec-2')).json.secret).toBeNull();
    expect((await post(`${path}/secrets`, undefined, keys.system)).status).toBe(409);
    const remove = (what: string) => client.send('DELETE', what, { key: keys.system });
    expect((await remove(`${path}/secrets/1`)).status).toBe(204);
    expect((await remove(`${path}/secrets/2`)).status).toBe(409);
    expect((await get('/v1/subscriptions', keys.system)).text).not.toContain('whsec_');
    expect((await remove(path)).status).toBe(204);
    expect((await remove(path)).status).toBe(404);
    expect((await get('/v1/subscriptions', keys.system)).json.items).toEqual([]);
  });

  it('I7: are their maker’s, and an administrator’s: of others’ there are none', async () => {
    const made = await post('/v1/subscriptions', { url: 'http://127.0.0.1:9000/own' }, keys.system);
    const path = `/v1/subscriptions/${made.json.id}`;
    const remove = (what: string, key: string) => client.send('DELETE', what, { key });
    for (const key of [keys.operator, keys.robot, keys.second]) {
      expect((await get('/v1/subscriptions', key)).json.items).toEqual([]);
      for (const answer of [
        await get(path, key),
        await post(`${path}/secrets`, undefined, key),
        await remove(`${path}/secrets/1`, key),
        await remove(path, key),
      ])
        expect(answer).toMatchObject({ status: 404, json: { code: 'not-found' } });
    }
    expect((await get('/v1/subscriptions', keys.system)).json.items).toMatchObject([{ id: made.json.id }]);
    expect((await get('/v1/subscriptions', keys.administrator)).json.items).toMatchObject([{ id: made.json.id }]);
    expect((await post(`${path}/secrets`, undefined, keys.administrator)).status).toBe(201);
    expect((await remove(`${path}/secrets/1`, keys.administrator)).status).toBe(204);
    expect((await get(path, keys.system)).json.secrets).toMatchObject([{ n: 2 }]);
    expect((await remove(path, keys.administrator)).status).toBe(204);
    expect((await get(path, keys.system)).status).toBe(404);
  });

  it('I6: what is on its way to one is its maker’s too: seen, revealed, acted on and replayed by nobody else but administrators', async () => {
    const own = (await post('/v1/subscriptions', { url: 'http://127.0.0.1:9000/whose' }, keys.operator)).json.id;
    const [row] = await on.rows(`select created_by from subscription where id = '${own}'`);
    const delivery = (id: string, key: string, seq: number) => ({
      ...{ id, key, seq, state: 'dead', operation: 'deliver-event', kind: 'appended' as const, version: null },
    });
    await standing(on, [delivery('x_w1', own, 1), delivery('x_w2', own, 2)], { system: 'subscriber' });
    // Of a subscription that nobody knows, only an administrator sees anything.
    await standing(on, [delivery('x_w3', 'hook_none', 1)], { system: 'subscriber' });
    await standing(on, [{ id: 'x_w0', key: own, seq: 1, state: 'dead' }]);
    on.pass(10);
    const ids = async (query: string, key: string) =>
      (await get(`/v1/exchanges?${query}`, key)).json.items.map((each: { id: string }) => each.id);
    const body = { filter: { system: 'subscriber' }, reason: 'their receiver is mended' };
    const matched = async (key: string) => (await post('/v1/replays', { ...body, dryRun: true }, key)).json.matched;

    for (const key of [keys.second, keys.auditor, keys.system]) {
      expect(await ids('system=subscriber', key)).toEqual([]);
      expect(await ids('operation=deliver-event', key)).toEqual([]);
      expect(await ids(`key=${own}`, key)).toEqual(['x_w0']);
      // A page is full however much is left out of it.
      expect(await ids('limit=1', key)).toEqual([(await ids('limit=100', key))[0]]);
      expect((await get('/v1/exchanges/x_w1', key)).status).toBe(404);
    }
    expect((await get('/v1/exchanges/x_w1?reveal=audit', keys.auditor)).status).toBe(404);
    expect(await on.rows(`select id from journal where ref = 'x_w1' and to_state like 'revealed%'`)).toEqual([]);
    for (const what of ['cancel', 'retry', 'confirm'])
      expect(await post(`/v1/exchanges/x_w1/${what}`, {}, keys.second)).toMatchObject({ status: 404 });
    expect(await matched(keys.second)).toBe(0);

    expect(await ids('system=subscriber', keys.operator)).toEqual(['x_w2', 'x_w1']);
    expect((await get('/v1/exchanges/x_w1?reveal=audit')).status).toBe(200);
    expect(await matched(keys.operator)).toBe(2);
    expect(await ids('system=subscriber', keys.administrator)).toEqual(['x_w3', 'x_w2', 'x_w1']);
    expect((await get('/v1/exchanges/x_w3', keys.administrator)).status).toBe(200);
    expect(await matched(keys.administrator)).toBe(3);

    // A person's other account is the same person.
    await on.engine.batch([sql(`update principal set account = 'jwt:tk-1' where id = ?1`, String(row?.created_by))]);
    const views = createExchanges({
      ...on,
      systems: createSystems([]),
      filled: <Filler>() => [ownedDeliveries as Filler],
    });
    expect(await views.find('x_w1', 'jwt:tk-1')).toMatchObject({ id: 'x_w1' });
    expect(await views.find('x_w1', 'jwt:tk-2')).toBeUndefined();
  });

  it('I7: refuse an address that the gateway may not call', async () => {
    for (const url of ['http://127.0.0.1:9001/', 'https://169.254.169.254/', 'https://elsewhere.example/'])
      expect(await post('/v1/subscriptions', { url })).toMatchObject({
        status: 422,
        json: { code: 'origin-not-allowed', errors: [{ pointer: '/url' }] },
      });
    expect((await post('/v1/subscriptions', { url: 'nonsense' })).status).toBe(400);
    expect((await post('/v1/subscriptions', { url: 'http://127.0.0.1:9000/', types: ['x'] })).status).toBe(400);
  });
});

it('stand in the document with lists as arrays', () => {
  const routes = [
    ...exchangeRoutes({ exchanges: { views: {} as never, interventions: {} as never }, purposes: DEFAULT_PURPOSES }),
    ...eventRoutes({ ...room, types: declared }),
  ];
  const document = JSON.parse(JSON.stringify(openApiDocument(routes, { version: '1', publicUrl: '/', tags: {} })));
  const parameter = (path: string, name: string) =>
    document.paths[path].get.parameters.find((each: { name: string }) => each.name === name);
  expect(parameter('/v1/exchanges', 'state').schema).toMatchObject({ type: 'array' });
  expect(parameter('/v1/exchanges', 'state').required).not.toBe(true);
  expect(parameter('/v1/events', 'types').schema).toMatchObject({ type: 'array' });
});
