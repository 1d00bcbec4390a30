import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import { makeDay } from '../../mocks/year/day.ts';
import { declaredBy } from '../../src/runtime/declared.ts';
import { rooms } from '../../src/runtime/rooms.ts';
import { freshKeys, type GatewayProcess, startGateway, until } from '../kit/gateway-process.ts';
import { atRest } from './at-rest.ts';
import { type Answered, ContractClient, type Page, type Problem, type Walk } from './contract-client.ts';

/**
 * The public contract walked from end to end by a client that knows `/openapi.json` alone: every request is built and
 * every answer judged by the document, and in the end no operation of the document may have been left out.
 */
interface Summary {
  readonly code: string;
  readonly delivery: { readonly state: string; readonly exchange: string | null; readonly stepsWaiting: number };
}
/** What rooms walk of the contract themselves. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const walks = await Promise.all(
  globSync('src/*/routes.walk.ts', { cwd: root }).map(async (file) => {
    const { walk } = (await import(`../../${file}`)) as { readonly walk: Walk };
    return [file.split('/').at(1) ?? file, walk] as const;
  }),
);

const folder = mkdtempSync(join(tmpdir(), 'lienthong-contract-'));
const keys = freshKeys();
const heard: { readonly body: string; readonly headers: Record<string, string> }[] = [];
let portal: RunningPortal;
let gateway: GatewayProcess;
let client: ContractClient;
let receiver: Server;
let receiverUrl: string;

const day = makeDay({ date: '2022-12-01', dossiers: 40, seed: 11 });
const submissions = [...day.submissions()];
const first = submissions[0]?.body ?? fail('the day is empty');
const refusedCode = submissions.find(({ code }) => code !== first.code)?.code ?? '';
const once = (): { 'idempotency-key': string } => ({ 'idempotency-key': crypto.randomUUID() });

function fail(message: string): never {
  throw new Error(message);
}
const call = <Body>(...args: Parameters<ContractClient['call']>): Promise<Answered<Body>> => client.call<Body>(...args);

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.push({
        body: Buffer.concat(chunks).toString('utf8'),
        headers: request.headers as Record<string, string>,
      });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  portal = await startPortal({ seed: 5, settings: { password: keys.portalPassword } });
  portal.state.addFault({ kind: 'reject', code: '-1', message: 'Sai mã đơn vị', match: { code: refusedCode } });
  gateway = await startGateway({
    databaseFile: join(folder, 'lienthong.db'),
    keys,
    portalUrl: portal.url,
    policy: { quietMs: 200, scheduleMs: [50, 200], ratePerSecond: 1_000, burst: 1_000 },
    env: {
      ...{ LOG_LEVEL: 'error', ALLOWED_ORIGINS: receiverUrl },
      ...{ VIETCOMBANK_ACCOUNT: '1012345678', VIETCOMBANK_ACCOUNT_NAME: 'SO TAI CHINH' },
    },
  });
  client = await ContractClient.read(gateway.url, keys.adminKey);
});

afterAll(async () => {
  await gateway?.stop('SIGKILL');
  await portal?.close();
  receiver?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a dossier goes in, the nation sees it', () => {
  let subscription = '';
  let secret = '';

  test('somebody subscribes to what will happen', async () => {
    const made = await call<{ id: string; secret: string }>('createSubscription', {
      headers: once(),
      body: { url: `${receiverUrl}/su-kien` },
    });
    expect(made.status).toBe(201);
    subscription = made.body.id;
    secret = made.body.secret;
    expect((await call('listSubscriptions')).status).toBe(200);
    expect((await call('getSubscription', { params: { id: subscription } })).status).toBe(200);
  });

  test('one PUT after the other, and an import', async () => {
    const half = Math.floor(submissions.length / 2);
    for (const { code, body } of submissions.slice(0, half))
      expect((await call('putDossier', { params: { code }, body })).status).toBe(202);
    const lines = submissions.slice(half).map(({ body }) => JSON.stringify(body));
    const imported = await call<string>('importDossiers', { body: `${lines.join('\n')}\n` });
    expect(imported.status).toBe(200);
    const outcomes = imported.body
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { outcome: string }).outcome);
    expect(outcomes).toEqual(lines.map(() => 'accepted'));
  });

  test('I3: the same again is 200, an older one 409, another content 409, a wrong one 400 with each field', async () => {
    const newest = submissions.findLast(({ code }) => code === first.code)?.body ?? first;
    const params = { code: first.code };
    expect((await call('putDossier', { params, body: newest })).status).toBe(200);
    const stale = await call<Problem>('putDossier', { params, body: { ...newest, revision: 0 } });
    expect([stale.status, stale.body.code]).toEqual([409, 'stale-revision']);
    const other = await call<Problem>('putDossier', { params, body: { ...newest, summary: 'Việc khác' } });
    expect([other.status, other.body.code]).toEqual([409, 'conflicting-revision']);
    const { applicant: _, ...rest } = newest;
    const wrong = await call<Problem>('putDossier', {
      params,
      body: { ...rest, status: 'xong', fees: 'không', unknown: 1 },
      wrong: true,
    });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'validation-failed']);
    expect(wrong.body.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      '/applicant',
      '/fees',
      '/status',
      '/unknown',
    ]);
  });

  test('I1: the nation shows all of them as they stand in the end', async () => {
    const all = await until('everything is delivered or refused', async () => {
      const found: Summary[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: Record<string, string> = { limit: '15', ...(cursor === '' ? {} : { cursor }) };
        const page: Answered<Page<Summary>> = await call('listDossiers', { query });
        found.push(...page.body.items);
        cursor = page.body.nextCursor;
      }
      const open = found.filter(
        ({ delivery }) => !['delivered', 'rejected'].includes(delivery.state) || delivery.stepsWaiting > 0,
      );
      return open.every(({ code }) => code === refusedCode) && found.length === day.plans.length ? found : undefined;
    });
    expect(new Set(all.map(({ code }) => code)).size).toBe(day.plans.length);
    for (const { code, body } of day.latest()) {
      if (code === refusedCode) continue;
      expect(portal.state.dossier(code)?.progress.length).toBe(body.steps?.length ?? 0);
      expect(portal.state.dossier(code)?.creates).toBe(1);
    }
    expect(portal.state.counters).toMatchObject({ olderAfterNewer: 0, overlaps: 0, violations: 0 });
  });

  test('anyone may follow it: the dossier, its timeline, its exchange', async () => {
    const params = { code: first.code };
    const bare = await call<{ content: unknown; delivery: Summary['delivery'] }>('getDossier', { params });
    expect(bare.body.content).toBeNull();
    expect(bare.body.delivery.state).toBe('delivered');
    const seen = await call<{ content: { applicant: { name: string } } }>('getDossier', {
      params,
      query: { reveal: 'audit', reference: '12/KH-UBND' },
    });
    expect(seen.body.content.applicant.name).toBe(first.applicant.name);
    const timeline = await call<{ entries: { kind: string; to: string }[] }>('getDossierTimeline', { params });
    expect(timeline.body.entries.map(({ to }) => to)).toEqual(expect.arrayContaining(['pending', 'delivered']));
    const exchange = await call<{ tries: unknown[] }>('getExchange', {
      params: { id: bare.body.delivery.exchange ?? '' },
    });
    expect(exchange.body.tries.length).toBeGreaterThan(0);
    expect((await call<Problem>('getDossier', { params: { code: 'H02-khong-co' } })).body.code).toBe('not-found');
  });

  test('a refused one is repaired: seen, confirmed, counted by a replay, sent again, taken', async () => {
    const refused = await until('the refusal shows', async () => {
      const { body } = await call<Page<{ id: string; key: string }>>('listExchanges', {
        query: { state: ['rejected'] },
      });
      return body.items.find(({ key }) => key === refusedCode);
    });
    const final = await call<Problem>('confirmExchange', { params: { id: refused.id }, headers: once(), body: {} });
    expect(final.status).toBeLessThan(500);
    const filter = { system: 'national-portal', states: ['rejected'] };
    const reason = 'portal mended';
    const dry = await call<{ matched: number }>('createReplay', {
      headers: once(),
      body: { filter, reason, dryRun: true },
    });
    expect(dry.body.matched).toBeGreaterThan(0);
    portal.state.clearFaults();
    const made = await call<{ id: string }>('createReplay', { headers: once(), body: { filter, reason } });
    const params = { id: made.body.id };
    expect((await call('getReplay', { params })).status).toBe(200);
    expect((await call('listReplays')).status).toBe(200);
    // It is small enough to need nobody's approval, and may have ended before it is stopped.
    expect((await call('approveReplay', { params, headers: once() })).status).toBeLessThan(500);
    await until('the refused dossier is shown', () => portal.state.dossier(refusedCode));
    expect((await call('stopReplay', { params, headers: once() })).status).toBeLessThan(500);
    const again = await call<Problem>('retryExchange', { params: { id: refused.id }, headers: once(), body: {} });
    const cancelled = await call<Problem>('cancelExchange', { params: { id: refused.id }, headers: once(), body: {} });
    expect([again.status, cancelled.status].every((status) => status < 500)).toBe(true);
  });

  test('a dossier handed over by mistake is taken back, once for one key', async () => {
    const headers = once();
    const take = () =>
      call<{ exchange: string }>('withdrawDossier', {
        params: { code: first.code },
        headers,
        body: { as: 'stopped', reason: 'Đồng bộ nhầm' },
      });
    const taken = await take();
    expect(taken.status).toBe(202);
    expect((await take()).body.exchange).toBe(taken.body.exchange);
    await until('the nation shows it as stopped', () => portal.state.dossier(first.code)?.status === '8' || undefined);
    const keyless = await call<Problem>('withdrawDossier', {
      params: { code: first.code },
      body: { as: 'stopped', reason: 'Đồng bộ nhầm' },
      wrong: true,
    });
    expect(keyless.body.code).toBe('idempotency-key-required');
  });

  test('the feed tells it in order, and the receiver can verify every delivery', async () => {
    const feed = await until('the feed tells of the deliveries', async () => {
      const { body } = await call<{ items: { id: string; type: string }[] }>('listEvents');
      return body.items.length > 0 ? body.items : undefined;
    });
    expect(feed.map(({ type }) => type)).toContain('exchange.rejected');
    await until('the webhooks arrive', () => heard.length > 0 || undefined);
    for (const { body, headers } of heard) expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
    const params = { id: subscription };
    const second = await call<{ n: number; secret: string }>('addSubscriptionSecret', { params, headers: once() });
    expect(second.body.secret).not.toBe(secret);
    const removed = await call('removeSubscriptionSecret', { params: { id: subscription, n: String(second.body.n) } });
    expect(removed.status).toBeLessThan(300);
    expect((await call('deleteSubscription', { params })).status).toBeLessThan(300);
  });
});

describe('what comes from the nation', () => {
  test('I7: a dossier born on the portal is taken once, read, and acknowledged', async () => {
    const body = {
      service: 'nhanhsdvcqg',
      isUpdating: 'False',
      isSync: 'False',
      data: [{ MaHoSo: '000.00.00.G22-221201-000001', MaTTHC: '1.001193', ChuHoSo: 'Nguyễn Văn Mẫu 9001' }],
    };
    const params = { system: 'national-portal', path: 'nhanhsdvcqg' };
    const push = () => call<{ error_code: number }>('receiveCallback', { params, body });
    expect((await push()).body.error_code).toBe(0);
    expect((await push()).body.error_code).toBe(1);
    const off = await call<{ error_code: number }>('receiveCallback', { params, body: { data: [{}, {}] } });
    expect(off.body.error_code).toBe(-1);
    const kept = await call<Page<{ id: string; state: string }>>('listInbound', { query: { state: ['drift'] } });
    expect(kept.body.items.map(({ state }) => state)).toEqual(['drift']);
    const revealed = await call<{ content: { body: string } }>('getInbound', {
      params: { id: kept.body.items[0]?.id ?? '' },
      query: { reveal: 'support' },
    });
    expect(JSON.parse(revealed.body.content.body)).toEqual({ data: [{}, {}] });
    // It was answered before it was acted on.
    const list = await until('the dossier is taken in', async () => {
      const listed = await call<Page<{ nationalCode: string }>>('listNationalDossiers');
      return listed.body.items.length > 0 ? listed : undefined;
    });
    expect(list.body.items).toHaveLength(1);
    expect((await call('receiveCallbackByGet', { params })).status).toBe(405);
    const national = { nationalCode: list.body.items[0]?.nationalCode ?? '' };
    const whole = await call<{ content: unknown }>('getNationalDossier', { params: national });
    expect(JSON.stringify(whole.body.content)).toContain('Nguyễn Văn Mẫu 9001');
    const receipt = await call('acknowledgeNationalDossier', {
      params: national,
      headers: once(),
      body: { dossierCode: 'H02.15.03-221201-9001' },
    });
    expect(receipt.status).toBe(200);
  });

  test('its catalogues are fetched and served', async () => {
    expect((await call('refreshCatalogue')).status).toBe(200);
    const procedures = await call<Page<{ code: string }>>('listProcedures');
    expect(procedures.body.items.length).toBeGreaterThan(0);
    const code = procedures.body.items[0]?.code ?? '';
    expect((await call('getProcedure', { params: { code } })).status).toBe(200);
    expect((await call<Page<object>>('listAgencies')).body.items.length).toBeGreaterThan(0);
    expect((await call<Page<object>>('listFields')).body.items.length).toBeGreaterThan(0);
  });
});

describe('running it', () => {
  test('a system is seen, probed, paused and resumed', async () => {
    const params = { name: 'national-portal' };
    const systems = await call<{ items: { name: string; configured: boolean }[] }>('listSystems');
    expect(systems.body.items).toContainEqual(expect.objectContaining({ name: 'national-portal', configured: true }));
    expect((await call<{ outcome: string }>('probeSystem', { params })).body.outcome).toBe('completed');
    const reason = 'planned maintenance';
    expect((await call('pauseSystem', { params, headers: once(), body: { reason } })).status).toBe(200);
    expect((await call('resumeSystem', { params, headers: once(), body: { reason } })).status).toBe(200);
  });

  for (const [room, walk] of walks)
    for (const [what, way] of Object.entries(walk)) test(`${room}: ${what}`, () => way({ client, call, once }));

  test('a person is found, exported, held, and erased when nothing holds', async () => {
    const number = first.applicant.identities?.[0]?.number ?? '';
    const found = await call<{ items: { id: string }[] }>('findSubjects', { body: { identity: number } });
    expect(found.body.items.length).toBeGreaterThan(0);
    const params = { id: found.body.items[0]?.id ?? '' };
    const act = { params, body: { reason: 'requested in writing' } };
    const exported = await call<object>('exportSubject', act);
    expect(JSON.stringify(exported.body)).toContain(first.applicant.name);
    expect((await call('holdSubject', { ...act, headers: once() })).status).toBe(200);
    expect((await call<Problem>('eraseSubject', { ...act, headers: once() })).body.code).toBe('on-hold');
    expect((await call('unholdSubject', { ...act, headers: once() })).status).toBe(200);
    expect((await call('eraseSubject', { ...act, headers: once() })).status).toBe(200);
    const gone = await call<Problem>('getDossier', { params: { code: first.code }, query: { reveal: 'audit' } });
    expect(gone.body.code).toBe('erased');
  });

  test('it says how it is and documents itself', async () => {
    for (const operation of ['getHealth', 'getReadiness', 'getMetrics', 'getOpenApi', 'getDocumentation'])
      if (client.operations.includes(operation)) expect((await call(operation)).status, operation).toBe(200);
  });
});

// What is missing here is walked above, or in the `routes.walk.ts` of its room.
test('every operation of the document was walked', () => {
  const unwalked = client.operations.filter((operation) => !client.called.has(operation));
  expect(unwalked, 'to be walked in the routes.walk.ts of their room').toEqual([]);
});

// After everything that was walked, rooms' own walks among it.
test('I6: what is declared as sealed is sealed, and nothing else names anybody', () => {
  expect(atRest(join(folder, 'lienthong.db'), declaredBy(rooms).tables)).toEqual([]);
});

test('I8: what was sealed opens in its own row, of every column that holds any', async () => {
  const database = new DatabaseSync(join(folder, 'lienthong.db'), { readOnly: true });
  const ids = database.prepare('select id from subject where salt is not null').all();
  database.close();
  const states = new Map<string, Set<string>>();
  for (const { id } of ids) {
    const given = await call<{ readonly held: readonly { readonly kind: string; readonly state: string }[] }>(
      'exportSubject',
      { params: { id: String(id) }, body: { reason: 'kiem tra' } },
    );
    for (const { kind, state } of given.body.held) states.set(kind, (states.get(kind) ?? new Set()).add(state));
  }
  expect([...states].filter(([, found]) => found.has('tampered'))).toEqual([]);
  // Of others nothing is left: a result goes with its room's commit, events with their subscription; no walk keeps a file.
  expect([...states.keys()].sort()).toEqual([
    ...['attempt.detail', 'call.raw', 'dossier.body', 'inbound.raw', 'national_dossier.body'],
    ...['payment.content', 'payment.page', 'statement_block.narratives'],
  ]);
});
