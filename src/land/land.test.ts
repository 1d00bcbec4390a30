import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningLand, startLand } from '../../mocks/land-system/server.ts';
import { openTill, type Till } from '../../test/kit/till.ts';
import { afterWord, type LandStanding, UNKNOWN } from './judge.ts';

interface Land {
  readonly state: string;
  readonly timesReturnedAsWrong: number;
  readonly timesRedone: number;
  readonly acts: readonly { readonly act: string; readonly state: string; readonly cause: string | null }[];
  readonly said: readonly { readonly what: string }[];
}
interface Subject {
  readonly id: string;
  readonly kind: string;
  readonly ref: string;
}
let till: Till;
let land: RunningLand;
let n = 0;
beforeAll(async () => {
  land = await startLand({ settings: { kind: 'vbdlis' } });
  till = await openTill({
    ...{ LAND_SYSTEM_URL: land.url, LAND_SYSTEM_KIND: 'vbdlis', LAND_SYSTEM_TIME_ZONE: 'UTC' },
    LAND_SYSTEM_SECURITY_CODE: land.state.settings.callbackSecret,
    LAND_SYSTEM_POLICY: JSON.stringify({ ratePerSecond: 1_000, burst: 1_000, quietMs: 500, scheduleMs: [200] }),
  });
  land.state.settings.callbackUrl = `${till.url}/callbacks/land-system`;
});
afterAll(async () => {
  await till.close();
  await land.close();
});

async function dossier(): Promise<string> {
  n += 1;
  const code = `H02.15.04-221205-${String(n).padStart(4, '0')}`;
  await till.dossier(code);
  return code;
}
const bodyOf = (dossierCode: string, more: object = {}) => ({
  ...{ dossierCode, provinceId: '24', communeId: '07231', receivedBy: 'CB01' },
  ...{ receivedAt: '2022-12-05T08:00:00+07:00', dueAt: '2022-12-20T17:00:00+07:00' },
  applicant: { name: 'NGUYEN VAN A', identityNumber: '001099000001' },
  process: { code: 'QT01', name: 'Đăng ký biến động' },
  parcels: [{ number: '12', mapSheet: '3', areaM2: 120.5 }],
  papers: [{ name: 'Đơn đăng ký', originals: 1 }],
  ...more,
});
const stands = async (code: string) => (await till.call<Land>('GET', `/v1/land/dossiers/${code}`)).body;
async function handedOver(): Promise<string> {
  const code = await dossier();
  expect((await till.call('POST', '/v1/land/dossiers', bodyOf(code))).status).toBe(202);
  await till.until(async () => (await stands(code)).state === 'received');
  return code;
}
const control = (path: string, body: object) =>
  fetch(`${land.controlUrl}/${path}`, { method: 'POST', body: JSON.stringify(body) });

describe('a dossier at the land system', () => {
  it('is handed over once, and goes the normal line to its end', async () => {
    const code = await handedOver();
    const step = { call: 'LuanChuyen', receiptNumber: code };
    await control('callbacks', step);
    await till.until(async () => (await stands(code)).state === 'processing');
    await control('callbacks', { call: 'ChoBoSung', receiptNumber: code });
    await till.until(async () => (await stands(code)).state === 'supplementing');
    const more = { dueAt: '2022-12-25T17:00:00+07:00', papers: [{ name: 'Trích lục', originals: 1 }] };
    expect((await till.call('POST', `/v1/land/dossiers/${code}/supplement`, more)).status).toBe(202);
    await till.until(async () => (await stands(code)).acts.every(({ state }) => state === 'done'));
    await control('callbacks', { call: 'KetThuc', receiptNumber: code });
    await till.until(async () => (await stands(code)).state === 'completed');
    await till.call('POST', `/v1/land/dossiers/${code}/returned`, { returnedAt: new Date().toISOString() });
    await till.until(async () => (await stands(code)).state === 'result-returned');
    const { body } = await till.call<{ entries: { kind: string; to: string; operation: string | null }[] }>(
      'GET',
      `/v1/dossiers/${code}/timeline`,
    );
    const told = body.entries.filter(({ kind }) => kind === 'land').map(({ to, operation }) => operation ?? to);
    expect(told).toEqual(
      expect.arrayContaining(['received', 'processing', 'supplementing', 'completed', 'land-finished']),
    );
  });

  it('goes round when the tax department returns it as wrong, and when its result is wrong', async () => {
    const code = await handedOver();
    await control('loops', { loop: 'tax-returned', receiptNumber: code });
    await till.until(async () => (await stands(code)).timesReturnedAsWrong === 1);
    await till.until(async () => (await stands(code)).said.length === 4);
    const events = await till.rows(`select type from event where ref = ?1 and type = 'tax.returned-as-wrong'`, code);
    expect(events).toHaveLength(1);
    await control('callbacks', { call: 'KetThuc', receiptNumber: code });
    await till.until(async () => (await stands(code)).state === 'completed');
    await till.call('POST', `/v1/land/dossiers/${code}/wrong-result`, { content: 'Sai diện tích' });
    await till.until(async () => (await stands(code)).timesRedone === 1);
    expect((await stands(code)).state).toBe('redoing');
  });

  it('goes round once for what is said again, and once more after another step', async () => {
    const code = await handedOver();
    const wrong = (LyDo: string) => ({ call: 'ThueChuyenTraHoSoDoSai', receiptNumber: code, fields: { LyDo } });
    for (const reason of ['a', 'b', 'a', 'b']) await control('callbacks', wrong(reason));
    await till.until(async () => (await stands(code)).said.length === 4);
    expect(await stands(code)).toMatchObject({ state: 'returned-as-wrong', timesReturnedAsWrong: 1 });
    await control('callbacks', { call: 'LuanChuyen', receiptNumber: code });
    await till.until(async () => (await stands(code)).state === 'processing');
    await control('callbacks', wrong('a'));
    await till.until(async () => (await stands(code)).timesReturnedAsWrong === 2);
    const events = await till.rows(`select type from event where ref = ?1 and type = 'tax.returned-as-wrong'`, code);
    expect(events).toHaveLength(2);
  });

  it('ends when they say so, however early they say that it was', async () => {
    const code = await handedOver();
    await control('callbacks', { call: 'LuanChuyen', receiptNumber: code });
    await till.until(async () => (await stands(code)).state === 'processing');
    await control('callbacks', { call: 'KetThuc', receiptNumber: code, fields: { NgayKetThuc: '2022-12-05' } });
    await till.until(async () => (await stands(code)).state === 'completed');
  });

  it('is found by its code and by the number of the person, and erased', async () => {
    const code = await dossier();
    const identity = '001099000777';
    const applicant = { name: 'NGUYEN VAN A', identityNumber: identity };
    await till.call('POST', '/v1/land/dossiers', bodyOf(code, { applicant }));
    await till.until(async () => (await stands(code)).state === 'received');
    await till.call('POST', `/v1/land/dossiers/${code}/wrong-result`, { content: 'Sai họ tên' });
    const found = async (by: object) => {
      const { body } = await till.call<{ items: Subject[] }>('POST', '/v1/admin/subjects/find', by);
      return body.items.filter(({ kind }) => kind === 'land');
    };
    const [byNumber, byCode] = [await found({ identity }), await found({ ref: code })];
    expect(byNumber.map(({ ref }) => ref)).toEqual([code, code]);
    expect(byNumber.map(({ id }) => id)).toEqual(byCode.map(({ id }) => id));
    for (const { id } of byNumber)
      expect((await till.call('POST', `/v1/admin/subjects/${id}/erase`, { reason: 'theo yêu cầu' })).status).toBe(200);
    expect(await found({ identity })).toEqual([]);
    const kept = await till.rows(`select 1 from subject where ref = ?1 and kind = 'land' and salt is not null`, code);
    expect(kept).toEqual([]);
  });

  it('by another code nothing is believed', async () => {
    const code = await handedOver();
    const refused = await fetch(`${till.url}/callbacks/land-system/KetThuc?securityCode=khong-phai-ma`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ SoBienNhan: code, TrangThaiKetThuc: 0 }),
    });
    expect(((await refused.json()) as { Result: number }).Result).toBe(0);
    expect((await stands(code)).state).toBe('received');
  });

  it('a dossier that is not held, and what nobody knows, are refused', async () => {
    const missing = await till.call<{ code: string }>('POST', '/v1/land/dossiers', bodyOf('H02.15.04-221205-9999'));
    expect([missing.status, missing.body.code]).toEqual([422, 'unknown-dossier']);
    const code = await dossier();
    const odd = await till.call<{ errors: { pointer: string }[] }>('POST', '/v1/land/dossiers', bodyOf(code, { x: 1 }));
    expect([odd.status, odd.body.errors[0]?.pointer]).toEqual([400, '/x']);
    expect((await till.call('GET', `/v1/land/dossiers/${code}`)).status).toBe(404);
  });
});

describe('how it stands after a word', () => {
  const at = (saidMs: number, state: LandStanding['state'] = 'processing'): LandStanding => ({
    ...{ ...UNKNOWN, state, saidMs },
  });
  it.each<[string, LandStanding, Parameters<typeof afterWord>[1], LandStanding]>([
    ['the newer moves it', at(5), { state: 'completed', saidMs: 6 }, at(6, 'completed')],
    ['of one moment, the one heard later', at(5), { state: 'completed', saidMs: 5 }, at(5, 'completed')],
    ['an older one moves nothing', at(5), { state: 'completed', saidMs: 4 }, at(5)],
    ['one that says nothing of it', at(5), { state: null, saidMs: 9 }, at(5)],
    [
      'an older loop counts all the same',
      at(5),
      { state: 'returned-as-wrong', saidMs: 4 },
      { ...at(5), returnedAsWrong: 1 },
    ],
    [
      'what is returned as wrong already is so once',
      at(5, 'returned-as-wrong'),
      { state: 'returned-as-wrong', saidMs: 6 },
      at(6, 'returned-as-wrong'),
    ],
    [
      'an older one that moves it whatever the times',
      at(5),
      { state: 'completed', saidMs: 4, always: ['processing'] },
      at(5, 'completed'),
    ],
    ['one that does not move this', at(5), { state: 'refused', saidMs: 6, only: ['sending'] }, at(5)],
  ])('%s', (_what, before, word, after) => {
    expect(afterWord(before, word)).toEqual(after);
  });
});
