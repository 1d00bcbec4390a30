import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PortalState } from '../../../mocks/national-portal/state.ts';
import { smallDossier } from '../../../test/kit/body.ts';
import { HOUSE_KEY, house } from '../../../test/kit/house.ts';
import { checkJournal } from '../../../test/kit/journal-check.ts';
import { portalTransport } from '../../../test/kit/portal-transport.ts';

const code = (n: number): string => `H02.15.03-221201-${String(n).padStart(4, '0')}`;
const TODAY = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);

let portal: PortalState;
let built: Awaited<ReturnType<typeof house>>;
const errors: string[] = [];

async function gateway(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const { username, password, unit, dstcode } = portal.settings;
  built = await house({
    transport: portalTransport(portal),
    onError: (sentence, fields) => errors.push(`${sentence} ${JSON.stringify(fields)}`),
    environment: {
      NATIONAL_PORTAL_URL: 'http://127.0.0.1:9/VXPAdapter/RestService/forward',
      NATIONAL_PORTAL_USERNAME: username,
      NATIONAL_PORTAL_PASSWORD: password,
      NATIONAL_PORTAL_UNIT: unit,
      NATIONAL_PORTAL_DSTCODE: dstcode,
      // Questions and commands have no other pace here than that of the test.
      NATIONAL_PORTAL_POLICY: JSON.stringify({ ratePerSecond: 2_000, burst: 2_000 }),
      ...environment,
    },
  });
  await built.start();
}

beforeEach(() => {
  errors.length = 0;
  portal = new PortalState();
});
afterEach(async () => {
  await built.stop(1_000);
  expect(errors).toEqual([]);
  await checkJournal(built.engine, { held: true });
  await built.engine.close();
});

interface Run {
  readonly id: string;
  readonly state: string;
  readonly matched: number;
  readonly breaks: number;
  readonly digest: string;
  readonly problem: string | null;
  readonly dossiers: Readonly<Record<string, number>>;
}
interface Break {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly side: string;
  readonly dossierCode: string;
  readonly reason: string;
  readonly version: number;
}

async function call<Body>(method: string, path: string, body?: object, more: Readonly<Record<string, string>> = {}) {
  const answer = await built.app.fetch(
    new Request(`http://house${path}`, {
      method,
      headers: {
        authorization: `Bearer ${HOUSE_KEY}`,
        'content-type': 'application/json',
        ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
        ...more,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
    { remoteAddress: '127.0.0.1' },
  );
  return { status: answer.status, body: (await answer.json()) as Body };
}
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 400; n++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`it never came to it that ${what}`);
}
const standings = async () =>
  Object.fromEntries(
    (
      await built.engine.all<{ standing: string; n: number }>({
        sql: 'select s.standing, count(*) as n from stream s group by s.standing',
        params: [],
      })
    ).map(({ standing, n }) => [standing, Number(n)]),
  );
async function hand(from: number, to: number, status: Parameters<typeof smallDossier>[2] = 'processing') {
  for (let n = from; n <= to; n++)
    expect((await call('PUT', `/v1/dossiers/${code(n)}`, smallDossier(code(n), 1, status))).status).toBe(202);
}
const delivered = (many: number) => until(`${many} are delivered`, async () => (await standings()).delivered === many);
const ask = async () => (await call<Run>('POST', '/v1/reconciliation/runs', { date: TODAY, about: 'dossiers' })).body;
const seen = async (id: string) => (await call<Run>('GET', `/v1/reconciliation/runs/${id}`)).body;
async function ended(id: string): Promise<Run> {
  let run = await seen(id);
  await until('the run has ended', async () => {
    run = await seen(id);
    return run.state !== 'running';
  });
  return run;
}
const check = async (): Promise<Run> => ended((await ask()).id);
const breaksOf = async ({ id }: Run) =>
  (await call<{ items: Break[] }>('GET', `/v1/reconciliation/runs/${id}/breaks?limit=200`)).body.items
    .map(({ dossierCode, kind, state, side, reason }) => ({ dossierCode, kind, state, side, reason }))
    .sort((one, other) => (one.dossierCode < other.dossierCode ? -1 : 1));

describe('dossiers held against what the portal shows', () => {
  it('finds what the portal lost and what it shows otherwise, sends it again, and finds it there the next time', async () => {
    await gateway();
    await hand(1, 12);
    await delivered(12);
    portal.forgetDossier(code(3));
    portal.moveDossier(code(7), '9');
    const updates = portal.counters.updates + portal.counters.creates;
    const first = await check();
    expect(first).toMatchObject({ state: 'done', matched: 10, breaks: 2 });
    expect(first.dossiers).toMatchObject({ checked: 12, agree: 10, healed: 2, notHealed: 0, unanswered: 0 });
    expect(await breaksOf(first)).toEqual([
      {
        ...{ dossierCode: code(3), kind: 'missing-nationally', state: 'open', side: 'portal' },
        reason: 'was delivered, and the portal does not know it',
      },
      {
        ...{ dossierCode: code(7), kind: 'stage', state: 'open', side: 'portal' },
        reason: 'is processing here, and the portal shows completed',
      },
    ]);
    const { items } = (
      await call<{ items: { dossierCode: string; exchange: string }[] }>(
        'GET',
        `/v1/reconciliation/runs/${first.id}/breaks`,
      )
    ).body;
    for (const { exchange, dossierCode } of items)
      expect((await call<{ key: string }>('GET', `/v1/exchanges/${exchange}`)).body).toMatchObject({
        key: dossierCode,
      });
    await until('both were sent again', async () => (await standings()).delivered === 12);
    expect(portal.counters.updates + portal.counters.creates).toBe(updates + 2);
    expect([portal.dossier(code(3))?.status, portal.dossier(code(7))?.status]).toEqual(['4', '4']);

    const second = await check();
    expect(second).toMatchObject({ state: 'done', matched: 12, breaks: 0 });
    expect(await breaksOf(second)).toMatchObject([{ state: 'cleared' }, { state: 'cleared' }]);
  });

  it('shows a dossier that was lost as a whole again: its state first, then its steps in their order, each once', async () => {
    await gateway();
    const step = (hour: number, status: string) => ({
      ...{
        at: `2022-12-01T${hour}:00:00+07:00`,
        actor: 'Trần Thị Thử',
        position: 'Công chức',
        unit: 'Bộ phận Một cửa',
      },
      ...{ status, note: 'Xử lý hồ sơ' },
    });
    const steps = [step(10, 'accepted'), step(11, 'processing')];
    const put = (revision: number, more: object) =>
      call('PUT', `/v1/dossiers/${code(1)}`, { ...smallDossier(code(1), revision), ...more });
    expect((await put(1, { steps: steps.slice(0, 1) })).status).toBe(202);
    await delivered(1);
    expect((await put(2, { steps })).status).toBe(202);
    const rows = () => portal.dossier(code(1))?.progress.map(({ at }) => at);
    await until('both steps are shown', async () => rows()?.length === 2);
    const before = rows();
    for (let n = 0; n < 2; n++) {
      portal.forgetDossier(code(1));
      expect((await check()).dossiers.healed).toBe(1);
      await until('all is shown again', async () => rows()?.length === 2);
      expect(rows()).toEqual(before);
      expect((await put(3 + n, { steps, summary: `Đăng ký khai sinh lần ${n}` })).status).toBe(202);
      await delivered(1);
    }
    expect(portal.counters).toMatchObject({ progressOutOfOrder: 0, progressRepeats: 0 });
  });

  it('sends one version again once: what does not stay there is a person’s', async () => {
    await gateway();
    await hand(1, 2);
    await delivered(2);
    portal.forgetDossier(code(1));
    expect((await check()).dossiers.healed).toBe(1);
    await delivered(2);
    portal.forgetDossier(code(1));
    const again = await check();
    expect(again.dossiers).toMatchObject({ agree: 1, healed: 0, notHealed: 0 });
    expect(await breaksOf(again)).toMatchObject([{ kind: 'missing-nationally', state: 'open' }]);
    expect(portal.dossier(code(1))).toBeUndefined();
  });

  it('sends nothing where so many are gone that the portal is more likely at fault', async () => {
    await gateway();
    await hand(1, 30);
    await delivered(30);
    for (let n = 1; n <= 25; n++) portal.forgetDossier(code(n));
    const creates = portal.counters.creates;
    const run = await check();
    expect(run).toMatchObject({ state: 'done', matched: 5, breaks: 25 });
    expect(run.dossiers).toMatchObject({ healed: 0, notHealed: 25 });
    expect(portal.counters.creates).toBe(creates);

    const reason = 'Cổng quốc gia xác nhận đã mất dữ liệu';
    const asked = portal.counters.lookups;
    expect((await call('POST', `/v1/reconciliation/runs/${run.id}/heal`, { reason })).status).toBe(202);
    const healed = await ended(run.id);
    expect(healed.dossiers).toMatchObject({ checked: 30, healed: 25, notHealed: 0 });
    // Each was asked for once more before it was sent.
    expect(portal.counters.lookups).toBe(asked + 25);
    await delivered(30);
    expect(portal.counters.creates).toBe(creates + 25);
    expect(await check()).toMatchObject({ matched: 30, breaks: 0 });
  });

  it('what is there again, though without a stage that can be compared, is missing no more', async () => {
    await gateway();
    await hand(1, 2);
    await delivered(2);
    portal.forgetDossier(code(1));
    expect((await check()).breaks).toBe(1);
    await until('it was sent again', async () => portal.dossier(code(1)) !== undefined);
    portal.moveDossier(code(1), '0');
    const run = await check();
    expect(run.dossiers).toMatchObject({ agree: 1, unclear: 1 });
    expect(await breaksOf(run)).toMatchObject([{ dossierCode: code(1), state: 'cleared' }]);
  });

  it('tells what never arrived from what the portal lost', async () => {
    await gateway();
    portal.faults.add({
      ...{ kind: 'reject', code: -5, message: 'Mã thủ tục không hợp lệ' },
      match: { service: 'DongBoHoSoMC', code: code(1) },
    });
    await hand(1, 2);
    await until('one is refused', async () => (await standings()).rejected === 1);
    const run = await check();
    expect(run.dossiers).toMatchObject({ checked: 2, agree: 1, healed: 0, notHealed: 0 });
    expect(await breaksOf(run)).toMatchObject([{ dossierCode: code(1), kind: 'unknown-nationally', state: 'open' }]);
  });

  it('goes on where it was after it was stopped, and asks nobody twice', async () => {
    await gateway({
      NATIONAL_PORTAL_POLICY: JSON.stringify({ operations: {}, lanes: { query: { ratePerSecond: 40, burst: 1 } } }),
    });
    await hand(1, 90);
    await delivered(90);
    const { id } = await ask();
    await until('some were looked at', async () => portal.counters.lookups >= 45);
    expect((await call('POST', `/v1/reconciliation/runs/${id}/stop`)).status).toBe(200);
    await until('it stands still', async () => {
      const before = portal.counters.lookups;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return portal.counters.lookups === before;
    });
    const asked = portal.counters.lookups;
    expect(asked).toBeLessThan(90);
    expect((await call('POST', `/v1/reconciliation/runs/${id}/resume`)).status).toBe(200);
    expect(await ended(id)).toMatchObject({ state: 'done', matched: 90 });
    // At most what was asked for when it was stopped and not put down yet.
    expect(portal.counters.lookups).toBeLessThanOrEqual(asked + 90 - 40);
  });

  it('gives every dossier its turn within the days that are set', async () => {
    await gateway({ NATIONAL_CHECK_DAYS: '3' });
    await hand(1, 9);
    await delivered(9);
    await built.engine.batch([{ sql: 'update dossier set changed_at = changed_at - 864000000', params: [] }]);
    const counts: (number | undefined)[] = [];
    for (let n = 0; n < 3; n++) counts.push((await check()).dossiers.checked);
    expect(counts).toEqual([3, 3, 3]);
    const never = await built.engine.all({ sql: 'select code from dossier_check where run is null', params: [] });
    expect(never).toEqual([]);
  });

  it('refuses to begin where no portal is configured', async () => {
    await gateway({ NATIONAL_PORTAL_URL: '' });
    const refused = await call<{ code: string }>('POST', '/v1/reconciliation/runs', { date: TODAY, about: 'dossiers' });
    expect([refused.status, refused.body.code]).toEqual([503, 'system-not-configured']);
  });
});
