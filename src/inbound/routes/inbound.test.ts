import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nationalPortal } from '../../../adapters/national-portal/index.ts';
import { DEFAULT_PURPOSES } from '../../../contracts/domain/purpose.ts';
import { type Client, type TestDesk, testDesk } from '../../../test/kit/desk.ts';
import { type Ground, ground } from '../../../test/kit/room.ts';
import { onlySqlite } from '../../../test/kit/store.ts';
import { createSystems } from '../../delivery/systems.ts';
import { NATIONAL_DOSSIER, nationalDossierHandler } from '../../national-dossiers/receive.ts';
import { sql } from '../../store/engine.ts';
import { createInbound } from '../inbound.ts';
import { createInboundViews } from '../views.ts';
import { callbackRoutes } from './callbacks.ts';
import { inboundRoutes } from './inbound.ts';

const NAME = 'Nguyễn Văn Mẫu';
let desk: TestDesk;
let client: Client;
let on: Ground;
let keys: Record<'system' | 'operator' | 'auditor' | 'finance', string>;

beforeAll(async () => {
  desk = await testDesk();
  on = { ...(await ground()), engine: desk.engine, platform: desk.platform };
  const adapter = nationalPortal.create(
    nationalPortal.config.parse({
      ...{ URL: 'http://127.0.0.1:9/forward', USERNAME: 'u', PASSWORD: 'p', UNIT: 'H02', ALLOW: '10.1.0.0/16' },
    }),
  );
  const systems = createSystems([{ name: adapter.system, title: adapter.title, adapter }]);
  const handlers = new Map([[NATIONAL_DOSSIER, nationalDossierHandler(on)]]);
  const inbound = createInbound({ ...on, systems, handlers });
  client = desk.serve([
    ...callbackRoutes({ platform: on.platform, inbound }),
    ...inboundRoutes({ inboundViews: createInboundViews(on), purposes: DEFAULT_PURPOSES }),
  ]);
  keys = {
    system: await desk.key('system', 'system'),
    operator: await desk.key('operator'),
    auditor: await desk.key('auditor'),
    finance: await desk.key('finance'),
  };
  const push = async (data: unknown, from: string) => {
    desk.platform.at += 1_000;
    await client.send('POST', '/callbacks/national-portal/nhanhsdvcqg', { body: { data }, from });
    await inbound.settled();
  };
  await push({ MaHoSo: 'G1', ChuHoSo: NAME }, '10.1.0.1');
  await push([{ MaHoSo: 'G2', ChuHoSo: NAME }, { MaHoSo: 'G3' }], '10.1.0.1');
  await push({ MaHoSo: 'G4', ChuHoSo: NAME }, '192.0.2.9');
});
afterAll(() => desk.close());

const get = (path: string, key = keys.operator) => client.send('GET', path, { key });
const only = async (state: string): Promise<string> =>
  (await get(`/v1/inbound?state=${state}`)).json.items.map(({ id }: { id: string }) => id)[0];

describe('what systems sent', () => {
  it('I6: is listed the newest first, page by page, without a person or an address of a sender', async () => {
    const all = await get('/v1/inbound');
    expect(all.json.items.map(({ state, type, ref }: Record<string, unknown>) => [state, type, ref])).toEqual([
      ['refused', 'not-verified', null],
      ['drift', 'drift', null],
      ['acted', 'national-dossier', 'G1'],
    ]);
    expect(all.text).not.toMatch(/Mẫu|192\.0\.2\.9/);
    const first = await get('/v1/inbound?limit=2');
    const second = await get(`/v1/inbound?limit=2&cursor=${first.json.nextCursor}`);
    expect([...first.json.items, ...second.json.items]).toEqual(all.json.items);
    expect(second.json.nextCursor).toBeNull();
  });

  it('is narrowed by system and states', async () => {
    const states = async (query: string) =>
      (await get(`/v1/inbound?${query}`)).json.items.map(({ state }: { state: string }) => state);
    expect(await states('state=drift&state=refused')).toEqual(['refused', 'drift']);
    expect(await states('state=drift&state=acted&system=national-portal')).toEqual(['drift', 'acted']);
    expect(await states('system=tax')).toEqual([]);
    expect((await get('/v1/inbound?state=lost')).status).toBe(400);
    expect((await get('/v1/inbound?cursor=x')).json.code).toBe('invalid-cursor');
  });

  it.runIf(onlySqlite)(
    'what waits or was not taken is found without reading what was acted on (a plan of SQLite)',
    async () => {
      const seen: string[] = [];
      const engine = {
        ...on.engine,
        scan: async (statement: { sql: string }) => {
          seen.push(statement.sql);
          return [];
        },
      };
      await createInboundViews({ ...on, engine }).list({
        ...{ system: undefined, states: ['drift', 'refused'], before: undefined, limit: 5 },
      });
      const [plan] = await desk.engine.all<{ detail: string }>(
        sql(`explain query plan ${seen[0]}`, 'drift', 'refused', 6),
      );
      expect(plan?.detail).toContain('inbound_open');
    },
  );

  it('I6: shows its content for a purpose only, journalled before it is shown', async () => {
    const id = await only('drift');
    const bare = await get(`/v1/inbound/${id}`);
    expect([bare.status, bare.json.content, bare.json.erasedAt]).toEqual([200, null, null]);
    expect(bare.text).not.toContain('Mẫu');
    const shown = await get(`/v1/inbound/${id}?reveal=support&reference=12/CV-2026`);
    expect(shown.json.content.body).toContain(NAME);
    const lines = await desk.engine.all(sql('select to_state, actor from journal where ref = ?1 order by at, id', id));
    expect(lines.map((line) => (line as { to_state: string }).to_state)).toContain('revealed: support 12/CV-2026');
    const refused = await get(`/v1/inbound/${await only('refused')}?reveal=audit`, keys.auditor);
    expect(refused.json.content.remoteAddress).toBe('192.0.2.9');
    expect((await get('/v1/inbound/in_none')).status).toBe(404);
    expect((await get('/v1/inbound/in_none?reveal=audit')).status).toBe(404);
  });

  it('I7: nobody reads it who does not run or check the gateway', async () => {
    for (const key of [keys.system, keys.finance]) {
      expect((await get('/v1/inbound', key)).status).toBe(403);
      expect((await get(`/v1/inbound/${await only('drift')}`, key)).status).toBe(403);
    }
  });

  it('what was erased stays listed, and its content is gone', async () => {
    const id = await only('acted');
    await desk.engine.batch([
      sql(
        `update subject set salt = null, purged_at = {at} where id = (select subject from inbound where id = ?1)`,
        id,
      ),
    ]);
    expect((await get(`/v1/inbound/${id}`)).json.erasedAt).not.toBeNull();
    expect(await get(`/v1/inbound/${id}?reveal=audit`)).toMatchObject({
      ...{ status: 410, json: { code: 'erased' } },
    });
  });
});

describe('what strangers send', () => {
  it.each([
    ['one name again and again', `?${'a&'.repeat(8_000)}`],
    ['very many names', `?${Array.from({ length: 3_000 }, (_, n) => `p${n}`).join('&')}`],
    ['percent signs', `?${'%41'.repeat(5_000)}`],
    ['a long value', `?a=${'x'.repeat(16_000)}`],
  ])('costs next to nothing: %s (I7)', async (_name, query) => {
    for (const [path, status] of [
      ['/callbacks/national-portal/nhanhsdvcqg', 403],
      ['/callbacks/national-portal/other', 404],
      ['/callbacks/nobody/nothing', 404],
    ] as const) {
      const send = () => client.send('POST', path + query, { body: 'x', from: '192.0.2.77' });
      expect((await send()).status, path).toBe(status);
      const began = performance.now();
      for (let n = 0; n < 20; n++) await send();
      // About 0.3 ms each: it was 100 ms where the values were copied.
      expect((performance.now() - began) / 20, path).toBeLessThan(10);
    }
  });

  it('a peer whose query is beyond the bounds is told so in its own words', async () => {
    const answer = await client.send('POST', `/callbacks/national-portal/nhanhsdvcqg?${'a&'.repeat(80)}`, {
      ...{ body: { data: { MaHoSo: 'G9' } }, from: '10.1.0.1' },
    });
    expect(answer.json.error_code).toBe(-1);
  });
});
