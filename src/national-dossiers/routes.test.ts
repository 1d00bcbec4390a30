import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completed, notSent, type Outcome } from '../../adapters/adapter.ts';
import { nationalPortal } from '../../adapters/national-portal/index.ts';
import { DEFAULT_PURPOSES } from '../../contracts/domain/purpose.ts';
import { type Client, type TestDesk, testDesk } from '../../test/kit/desk.ts';
import { askable, scriptedPortal } from '../../test/kit/portal.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { catalogueRoutes } from '../catalogue/routes.ts';
import { createSystems } from '../delivery/systems.ts';
import { createInbound, type Inbound } from '../inbound/inbound.ts';
import { callbackRoutes } from '../inbound/routes/callbacks.ts';
import { createProcedures } from '../registers/procedures.ts';
import { placeRoutes } from '../registers/routes/places.ts';
import { createUnits } from '../registers/units.ts';
import { createSystemControl } from '../systems/control.ts';
import { systemRoutes } from '../systems/routes.ts';
import { createSystemViews } from '../systems/system-views.ts';
import { createNationalDossiers } from './national-dossiers.ts';
import { NATIONAL_DOSSIER, nationalDossierHandler } from './receive.ts';
import { nationalDossierRoutes } from './routes.ts';

const ALLOWED = '10.1.2.3';
const procedure = {
  ...{ code: '1.001193', name: 'Khai sinh', kind: '', status: '', publishedBy: '', decision: '', description: '' },
  ...{ requirements: '', keywords: '', receivingAddress: '', levels: ['commune'], fields: [], agencies: [] },
  ...{ workflow: [], channels: [], components: [], results: [], legalBasis: [] },
};

let desk: TestDesk;
let client: Client;
let on: Ground;
let inbound: Inbound;
let keys: Record<'system' | 'operator' | 'administrator' | 'finance', string>;
let answer: () => Outcome = () => completed(procedure);

beforeAll(async () => {
  desk = await testDesk();
  on = { ...(await ground()), engine: desk.engine, platform: desk.platform };
  const adapter = nationalPortal.create(
    nationalPortal.config.parse({
      ...{ URL: 'http://127.0.0.1:9/forward', USERNAME: 'u', PASSWORD: 'p', UNIT: 'H02', ALLOW: '10.1.0.0/16' },
    }),
  );
  const list = () => completed([{ code: '1.001193', name: 'Khai sinh', field: { code: 'TP', name: 'Hộ tịch' } }]);
  const asked = await askable(on, {
    ...scriptedPortal({ 'list-procedures': list, 'get-procedure': () => answer() }),
    callbacks: adapter.callbacks,
  });
  const unconfigured = createSystems([{ name: 'tax', title: { vi: 'Thuế', en: 'Tax' } }]);
  const systems = {
    all: [...asked.systems.all, ...unconfigured.all],
    get: (name: string) => asked.systems.get(name) ?? unconfigured.get(name),
    command: asked.systems.command,
    query: asked.systems.query,
  };
  const parts = { ...on, ...asked, systems, wake: () => {}, owner: 'o1' };
  inbound = createInbound({ ...parts, handlers: new Map([[NATIONAL_DOSSIER, nationalDossierHandler(on)]]) });
  client = desk.serve([
    ...callbackRoutes({
      platform: on.platform,
      inbound,
    }),
    ...nationalDossierRoutes({ nationalDossiers: createNationalDossiers(on), purposes: DEFAULT_PURPOSES }),
    ...catalogueRoutes({ catalogue: createCatalogue(parts) }),
    ...placeRoutes({ registers: { units: createUnits(on), procedures: createProcedures(on) } }),
    ...systemRoutes({
      platform: on.platform,
      systems: { views: createSystemViews(parts), control: createSystemControl(parts) },
    }),
  ]);
  keys = {
    system: await desk.key('system', 'system'),
    operator: await desk.key('operator'),
    administrator: await desk.key('administrator'),
    finance: await desk.key('finance'),
  };
});
afterAll(() => desk.close());

const push = async (body: unknown, from = ALLOWED, headers = {}) => {
  const pushed = await client.send('POST', '/callbacks/national-portal/nhanhsdvcqg?dstcode=VN', {
    ...{ body, from, headers },
  });
  await inbound.settled();
  return pushed;
};
const dossier = (code: string, more = {}) => ({
  service: 'nhanhsdvcqg',
  isUpdating: 'false',
  data: { MaHoSo: code, MaTTHC: '1.001193', ChuHoSo: 'Nguyễn Văn Mẫu', ...more },
});

describe('callbacks over HTTP', () => {
  it('I7: takes what the allowed peer sends, in the portal’s own words, whatever its content type', async () => {
    const first = await push(dossier('N1'));
    expect([first.status, first.json.error_code]).toEqual([200, 0]);
    expect(first.headers.get('content-type')).toContain('application/json');
    const again = await push(JSON.stringify(dossier('N1')), ALLOWED, { 'content-type': 'text/plain' });
    expect(again.json.error_code).toBe(1);
    const stranger = await push(dossier('N9'), '192.0.2.7');
    expect([stranger.status, stranger.json.error_code]).toEqual([403, -1]);
  });

  it('an empty or unreadable body is answered -1, and an unknown callback is a problem', async () => {
    expect((await push('')).json.error_code).toBe(-1);
    expect((await push('<xml/>', ALLOWED, { 'content-type': 'text/xml' })).json.error_code).toBe(-1);
    const other = await client.send('POST', '/callbacks/tax/nhantbthuedvcqg', { body: {}, from: ALLOWED });
    expect([other.status, other.json.code]).toEqual([404, 'not-found']);
  });

  it('a body without an end is cut at the bound, not held in memory', async () => {
    const sent = await push('x'.repeat(20 * 1024 * 1024 + 1), ALLOWED);
    expect(sent.json.error_code).toBe(-1);
    expect(await on.engine.all({ sql: `select 1 from inbound where type = 'too-large'`, params: [] })).toHaveLength(1);
  });
});

describe('the portal’s own dossiers over HTTP', () => {
  const url = '/v1/national-dossiers';
  it('lists without a person, pages, filters, and shows all of one', async () => {
    for (const code of ['N2', 'N3']) {
      desk.platform.at += 1_000;
      await push(dossier(code));
    }
    desk.platform.at += 1_000;
    const first = await client.send('GET', `${url}?limit=2`, { key: keys.system });
    expect(first.json.items.map((item: { nationalCode: string }) => item.nationalCode)).toEqual(['N1', 'N2']);
    expect(first.text).not.toContain('Mẫu');
    const rest = await client.send('GET', `${url}?limit=2&cursor=${first.json.nextCursor}`, { key: keys.system });
    expect(rest.json).toMatchObject({ items: [{ nationalCode: 'N3' }], nextCursor: null });
    const since = encodeURIComponent(rest.json.items[0].changedAt);
    const changed = await client.send('GET', `${url}?changedSince=${since}`, { key: keys.system });
    expect(changed.json.items).toHaveLength(1);

    const whole = await client.send('GET', `${url}/N3`, { key: keys.system });
    expect(whole.json.content).toMatchObject({ applicant: { name: 'Nguyễn Văn Mẫu' }, content: { MaHoSo: 'N3' } });
    const journal = await on.engine.all({
      sql: `select to_state from journal where ref = 'national-dossier:N3' order by at, id`,
      params: [],
    });
    expect(journal).toContainEqual({ to_state: 'revealed: taking-up' });

    // I6: a person names a purpose, which takes a scope, and stands in the journal.
    const operator = await desk.key('operator', 'person');
    const robot = await desk.key('operator', 'system');
    expect((await client.send('GET', `${url}/N3`, { key: robot })).json.content).toBeNull();
    const plain = await client.send('GET', `${url}/N3`, { key: operator });
    expect([plain.status, plain.json.content]).toEqual([200, null]);
    expect(plain.text).not.toContain('Mẫu');
    const shown = await client.send('GET', `${url}/N3?reveal=doi-chieu`, { key: operator });
    expect(shown.json.content).toMatchObject({ applicant: { name: 'Nguyễn Văn Mẫu' } });
    expect(
      await on.engine.all({ sql: `select 1 as one from journal where to_state = 'revealed: doi-chieu'`, params: [] }),
    ).toEqual([{ one: 1 }]);
    await push(dossier('Đồ-1'.normalize('NFC'), { NgayNopHoSo: '00010101000000' }));
    const spelt = await client.send('GET', `${url}/${encodeURIComponent('Đồ-1'.normalize('NFD'))}`, {
      key: keys.system,
    });
    expect([spelt.status, spelt.json.nationalCode]).toEqual([200, 'Đồ-1'.normalize('NFC')]);
    expect((await client.send('GET', `${url}/N404`, { key: operator })).status).toBe(404);
    expect((await client.send('GET', `${url}/N404`, { key: keys.system })).status).toBe(404);
    expect((await client.send('GET', `${url}/N3`, { key: keys.finance })).status).toBe(403);
  });

  it('is acknowledged once, and a newer version waits for its receipt again', async () => {
    const receipt = (code: string, body: object, key: string) =>
      client.send('POST', `${url}/${code}/receipt`, {
        ...{ key: keys.system, body },
        headers: { 'idempotency-key': key },
      });
    const done = await receipt('N2', { dossierCode: 'H02.1-1', version: 1 }, 'a');
    expect([done.status, done.json.dossierCode]).toEqual([200, 'H02.1-1']);
    expect((await receipt('N2', { dossierCode: 'H02.1-1' }, 'b')).json.acknowledgedAt).toBe(done.json.acknowledgedAt);
    expect((await receipt('N2', { dossierCode: 'H02.1-2' }, 'c')).json.code).toBe('wrong-state');
    const waiting = await client.send('GET', `${url}?unacknowledged=true`, { key: keys.system });
    expect(waiting.text).not.toContain('"N2"');

    desk.platform.at += 1_000;
    await push(dossier('N2', { TrichYeuHoSo: 'Bổ sung' }));
    desk.platform.at += 1_000;
    const again = await client.send('GET', `${url}?unacknowledged=true`, { key: keys.system });
    expect(again.text).toContain('"N2"');
    // Acknowledging the version that was read does not cover the one that came meanwhile.
    expect((await receipt('N2', { dossierCode: 'H02.1-1', version: 1 }, 'd')).json.code).toBe('wrong-state');
    expect((await receipt('N2', { dossierCode: 'H02.1-1', version: 2 }, 'e')).status).toBe(200);
  });

  it('of an erased person is gone', async () => {
    await on.engine.batch([
      {
        sql: `update subject set salt = null where id = (select subject from national_dossier where national_code = 'N3')`,
        params: [],
      },
    ]);
    expect((await client.send('GET', `${url}/N3`, { key: keys.system })).json.code).toBe('erased');
  });
});

describe('catalogue over HTTP', () => {
  it('refreshes, lists with its age, and shows a procedure', async () => {
    expect((await client.send('GET', '/v1/procedures', { key: keys.system })).json).toMatchObject({
      ...{ items: [], fetchedAt: null },
      freshness: { state: 'never-fetched' },
    });
    const refreshed = await client.send('POST', '/v1/admin/catalogue/refresh', { key: keys.operator });
    expect(refreshed.json.outcomes[0]).toEqual({ kind: 'procedure', outcome: 'completed', entries: 1 });
    const found = await client.send('GET', '/v1/procedures?q=khai%20sinh', { key: keys.system });
    expect(found.json).toMatchObject({ items: [{ code: '1.001193' }], freshness: { state: 'fresh' } });
    expect((await client.send('GET', '/v1/procedures?field=XX', { key: keys.system })).json.items).toEqual([]);
    const one = await client.send('GET', '/v1/procedures/1.001193', { key: keys.system });
    expect([one.status, one.json.procedure.name]).toEqual([200, 'Khai sinh']);
    for (const path of ['/v1/agencies', '/v1/fields'])
      expect((await client.send('GET', path, { key: keys.system })).status).toBe(200);
  });

  it('says why a procedure cannot be had', async () => {
    answer = () => notSent('unavailable', 7_000);
    const away = await client.send('GET', '/v1/procedures/9.9', { key: keys.system });
    expect([away.status, away.json.code, away.headers.get('retry-after')]).toEqual([503, 'system-unavailable', '7']);
    answer = () => completed(null);
    expect((await client.send('GET', '/v1/procedures/8.8', { key: keys.system })).status).toBe(404);
  });
});

describe('registers over HTTP', () => {
  const csv = 'code,name\nH01,An Giang\nH05,Bắc Ninh';
  const send = (query: string, body: string, key = keys.administrator) =>
    client.send('POST', `/v1/admin/units/import${query}`, { key, body, headers: { 'content-type': 'text/csv' } });

  it('imports, dry first, and lists on a day', async () => {
    const counts = { lines: 2, added: 2, changed: 0, unchanged: 0 };
    expect((await send('?dryRun=true&validFrom=2025-07-01', csv)).json).toEqual({ ...counts, dryRun: true });
    expect((await send('?validFrom=2025-07-01', csv)).json).toEqual({ ...counts, dryRun: false });
    const page = await client.send('GET', '/v1/admin/units?at=2026-01-01&limit=1', { key: keys.administrator });
    expect(page.json.items).toMatchObject([{ code: 'H01', district: null, validFrom: '2025-07-01', validTo: null }]);
    const next = await client.send('GET', `/v1/admin/units?limit=1&cursor=${page.json.nextCursor}`, {
      key: keys.administrator,
    });
    expect(next.json).toMatchObject({ items: [{ code: 'H05' }], nextCursor: null });
    expect((await client.send('GET', '/v1/admin/units?at=2025-06-30', { key: keys.administrator })).json.items).toEqual(
      [],
    );
  });

  it('names the lines that are wrong, and asks for the scope', async () => {
    const wrong = await send('', csv);
    expect(wrong.json).toMatchObject({
      code: 'validation-failed',
      errors: [{ message: 'line 2, valid_from: is required' }, {}],
    });
    expect((await send('', csv, keys.operator)).status).toBe(403);
    const kept = await send('?validFrom=2025-07-01', csv.replace('H05', 'H0\0'));
    expect([kept.status, kept.json.errors?.[0]]).toMatchObject([400, { in: 'body', pointer: '' }]);
    const procedures = await client.send('POST', '/v1/admin/procedures/import', {
      key: keys.administrator,
      body: 'code,name,field_code,field_name,level,valid_from,valid_to\n1,Một,,,,2020-01-01,',
      headers: { 'content-type': 'text/csv' },
    });
    expect(procedures.json.added).toBe(1);
    expect((await client.send('GET', '/v1/admin/procedures', { key: keys.administrator })).json.items).toHaveLength(1);
  });
});

describe('systems over HTTP', () => {
  const act = (name: string, what: string, key = keys.operator) =>
    client.send('POST', `/v1/systems/${name}/${what}`, {
      key,
      body: { reason: 'bảo trì định kỳ' },
      headers: { 'idempotency-key': `${name}-${what}` },
    });

  it('shows them all, pauses, resumes, probes', async () => {
    const all = await client.send('GET', '/v1/systems', { key: keys.finance });
    expect(all.json.items.map((item: { name: string; configured: boolean }) => [item.name, item.configured])).toEqual([
      ['national-portal', true],
      ['tax', false],
    ]);
    expect((await act('national-portal', 'pause')).json.lanes[0]).toMatchObject({ state: 'paused' });
    const held = await client.send('GET', '/v1/procedures/7.7', { key: keys.system });
    expect(held.json).toMatchObject({ code: 'system-unavailable', why: 'paused' });
    expect((await act('national-portal', 'resume')).json.lanes[0]).toMatchObject({ state: 'open' });
    const probe = await client.send('POST', '/v1/systems/national-portal/probe', { key: keys.operator });
    expect(probe.json).toMatchObject({ outcome: 'completed', code: null });
  });

  it('says which system is not configured, and who may act', async () => {
    expect((await act('tax', 'pause')).json.code).toBe('system-not-configured');
    expect((await act('nothing', 'pause')).json.code).toBe('not-found');
    expect((await act('national-portal', 'pause', keys.finance)).status).toBe(403);
  });
});
