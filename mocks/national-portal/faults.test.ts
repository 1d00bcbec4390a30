import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningPortal, startPortal } from './server.ts';
import { PortalCaller, progress, record } from './test-client.ts';

let portal: RunningPortal;
let caller: PortalCaller;

beforeEach(async () => {
  portal = await startPortal();
  caller = new PortalCaller(portal);
  await caller.login();
});
afterEach(() => portal.close());

const held = () => portal.state.dossiers.size;
const until = async (condition: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 12_000 && !condition(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
};

describe('faults without effect', () => {
  test.each([
    [{ kind: 'reset-before-reading' }, 'ECONNRESET'],
    [{ kind: 'reset-before-acting' }, 'ECONNRESET'],
    [{ kind: 'hang' }, 'ABORT_ERR'],
    [{ kind: 'outage', mode: 'reset' }, 'ECONNRESET'],
  ] as const)('%o breaks the conversation', async (fault, code) => {
    portal.state.addFault({ ...fault, times: 1 });
    await expect(caller.sync([record('A-1')], 'False', 100)).rejects.toMatchObject({ code });
    expect(held()).toBe(0);
    expect((await caller.sync([record('A-1')])).json?.error_code).toBe(0);
  });

  test.each([
    [{ kind: 'status', status: 500 }, 500, undefined],
    [{ kind: 'status', status: 503, retryAfter: 7 }, 503, '7'],
    [{ kind: 'status', status: 429, retryAfter: 3 }, 429, '3'],
    [{ kind: 'outage', mode: 'unavailable', retryAfter: 9 }, 503, '9'],
  ] as const)('%o answers a bare status', async (fault, status, retryAfter) => {
    portal.state.addFault(fault);
    const answer = await caller.sync([record('A-1')]);
    expect([answer.status, answer.headers['retry-after']]).toEqual([status, retryAfter]);
    expect(held()).toBe(0);
  });

  test('logins can be refused or broken alone', async () => {
    portal.state.addFault({ kind: 'refuse-login', times: 1 });
    portal.state.addFault({ kind: 'status', status: 500, match: { service: 'login' } });
    expect((await caller.call('LayDanhMucLinhVuc')).status).toBe(200);
    expect((await caller.login()).json?.error_code).toBe(-1);
    expect((await caller.login()).status).toBe(500);
  });

  test('one code can be refused as a business error', async () => {
    portal.state.addFault({ kind: 'reject', code: '-5', message: 'Không thành công: sai mã', match: { code: 'A-2' } });
    expect((await caller.sync([record('A-1')])).json?.error_code).toBe(0);
    expect((await caller.sync([record('A-2')])).json).toMatchObject({ error_code: -5 });
    expect(held()).toBe(1);
  });

  test('a refusal can come under a status, in rows of another spelling, or beside a 0', async () => {
    portal.state.addFault({ kind: 'business-status', status: 409, code: '3', message: 'Hồ sơ đã tồn tại', times: 1 });
    portal.state.addFault({ kind: 'foreign-item-row', times: 1 });
    portal.state.addFault({ kind: 'zero-with-failure', times: 1 });
    const refused = await caller.sync([record('A-1')]);
    expect([refused.status, refused.json]).toMatchObject([409, { error_code: 3, message: 'Hồ sơ đã tồn tại' }]);
    const rows = await caller.sync([record('A-1')]);
    expect(rows.json).toMatchObject({ error_code: 0, result: [{ maHoSo: 'A-1', ErrorCode: '5' }] });
    expect((await caller.sync([record('A-1')])).json).toMatchObject({
      error_code: 0,
      message: expect.stringMatching(/^Lỗi/),
    });
    expect(held()).toBe(0);
  });

  test('a session can expire under a call in any way', async () => {
    portal.state.addFault({ kind: 'expire-session', as: 'http-401', times: 1 });
    expect((await caller.sync([record('A-1')])).status).toBe(401);
    expect((await caller.sync([record('A-1')])).json?.error_code).toBe(-1);
    expect(held()).toBe(0);
  });

  test('an outage refuses connections and ends by itself', async () => {
    portal.state.addFault({ kind: 'outage', forMs: 150 });
    await expect(caller.sync([record('A-1')])).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect((await caller.sync([record('A-1')])).json?.error_code).toBe(0);
  });
});

describe('faults after the effect', () => {
  test.each([
    [{ kind: 'lose-reply' }, 'ECONNRESET'],
    [{ kind: 'lose-reply', as: 'hang' }, 'ABORT_ERR'],
    [{ kind: 'truncate' }, 'ECONNRESET'],
  ] as const)('%o acts and loses the reply', async (fault, code) => {
    portal.state.addFault({ ...fault, times: 1 });
    await expect(caller.sync([record('A-1')], 'False', 150)).rejects.toMatchObject({ code });
    expect(held()).toBe(1);
  });

  test('malformed and off-schema answers act unless told not to', async () => {
    portal.state.addFault({ kind: 'malformed', times: 1 });
    portal.state.addFault({ kind: 'off-schema', times: 1 });
    portal.state.addFault({ kind: 'malformed', act: false, times: 1 });
    expect((await caller.sync([record('A-1')])).json).toBeUndefined();
    expect((await caller.sync([record('A-2')])).json).toEqual({ status: 'OK', payload: { accepted: true } });
    expect((await caller.sync([record('A-3')])).json).toBeUndefined();
    expect(held()).toBe(2);
  });

  test('a caller that gives up does not stop the portal from acting', async () => {
    portal.state.addFault({ kind: 'delay', ms: 120 });
    await expect(caller.sync([record('A-1')], 'False', 30)).rejects.toMatchObject({ code: 'ABORT_ERR' });
    expect(held()).toBe(0);
    await until(() => held() === 1);
  });

  test('late processing: the older state lands after the newer one and is counted (I3)', async () => {
    await caller.sync([record('A-1', {}, 1)]);
    portal.state.addFault({ kind: 'process-late', afterMs: 120, times: 1 });
    expect((await caller.sync([record('A-1', { TrangThaiHoSo: '4' }, 2)], 'True')).status).toBe(504);
    await caller.sync([record('A-1', { TrangThaiHoSo: '9' }, 3)], 'True');
    expect(portal.state.dossier('A-1')?.status).toBe('9');
    await until(() => portal.state.counters.lateEffects === 1);
    expect(portal.state.dossier('A-1')).toMatchObject({ status: '4', olderAfterNewer: 1, newestVersion: 3 });
    expect(portal.state.counters).toMatchObject({ olderAfterNewer: 1, duringLate: 1 });
    expect(portal.state.summary().suspect).toEqual(['A-1']);
  });
});

describe('pace and clock', () => {
  test('a dripping body arrives whole, slowly', async () => {
    portal.state.addFault({ kind: 'drip', chunkBytes: 10, everyMs: 5 });
    const begun = performance.now();
    expect((await caller.sync([record('A-1')])).json?.error_code).toBe(0);
    expect(performance.now() - begun).toBeGreaterThan(25);
  });

  test('a skewed clock shows in the Date header', async () => {
    portal.state.addFault({ kind: 'clock-skew', ms: -3_600_000 });
    const { headers } = await caller.call('LayDanhMucLinhVuc');
    expect(Date.now() - Date.parse(String(headers.date))).toBeGreaterThan(3_590_000);
  });

  test('the same seed draws the same faults', async () => {
    const pattern = async (seed: number): Promise<number[]> => {
      const seeded = await startPortal({ seed });
      const own = new PortalCaller(seeded);
      await own.login();
      seeded.state.addFault({ kind: 'status', status: 500, probability: 0.5 });
      const statuses = [];
      for (let n = 0; n < 20; n += 1) statuses.push((await own.call('LayDanhMucLinhVuc')).status);
      await seeded.close();
      return statuses;
    };
    const first = await pattern(7);
    expect(await pattern(7)).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 500]));
  });
});

describe('witnesses', () => {
  test('two open requests for one dossier are an overlap; one after the other are none (I3)', async () => {
    await caller.sync([record('A-1')]);
    await caller.call('CapNhatTienDoHoSoMC', { data: [progress('A-1')] });
    expect(portal.state.counters.overlaps).toBe(0);
    portal.state.addFault({ kind: 'delay', ms: 60 });
    await Promise.all([
      caller.sync([record('A-1', {}, 2)], 'True'),
      caller.call('CapNhatTienDoHoSoMC', { data: [progress('A-1')] }),
      caller.sync([record('B-1')]),
      caller.call('TraCuuHoSo', { mahoso: 'A-1' }),
    ]);
    expect(portal.state.counters).toMatchObject({ overlaps: 1, openNow: 0 });
    expect(portal.state.dossier('A-1')?.overlaps).toBe(1);
  });

  test('same content again is a repeat, the same version with other content a conflict', async () => {
    await caller.sync([record('A-1', {}, 1)]);
    await caller.sync([record('A-1', {}, 1)], 'True');
    expect(portal.state.dossier('A-1')?.history).toMatchObject([{ version: 1, repeats: 1 }]);
    await caller.sync([record('A-1', { TrangThaiHoSo: '4' }, 1)], 'True');
    expect(portal.state.counters).toMatchObject({ repeats: 1, versionConflicts: 1, olderAfterNewer: 0 });
  });
});
