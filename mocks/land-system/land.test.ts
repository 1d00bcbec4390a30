import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Partner, startPartner } from '../kit/partner.ts';
import { controlCall, plainCall } from '../kit/plain-call.ts';
import { type RunningLand, startLand } from './server.ts';
import { DEFAULT_SETTINGS, type LandSettings } from './settings.ts';
import { dossier as dossierOf } from './test-client.ts';

const NUMBER = 'H02.15-250601-0001';
const dossier = dossierOf(NUMBER);
interface Answer {
  readonly data: number;
  readonly status: { readonly success: boolean; readonly message: string };
}
interface Heard {
  readonly body: Record<string, unknown>;
}

let land: RunningLand;
let partner: Partner<Heard>;
beforeEach(async () => {
  partner = await startPartner(
    (text) => ({ body: JSON.parse(text) as Record<string, unknown> }),
    () => ({ Result: 1, Message: '' }),
  );
  land = await startLand({ settings: { callbackUrl: partner.url } });
});
afterEach(async () => {
  await land.close();
  partner.close();
});

const call = async (path: string, body: object, headers: Record<string, string> = {}) =>
  plainCall(`${land.url}/${path}`, 'POST', headers, JSON.stringify(body));
const said = async (path: string, body: object) => (await call(path, body)).json as Answer;
const control = <Body>(path: string, body: object) => controlCall<Body>(land.controlUrl, 'POST', path, body);
const restart = async (settings: Partial<LandSettings>) => {
  await land.close();
  land = await startLand({ settings: { callbackUrl: partner.url, ...settings } });
};

describe('what it is told', () => {
  test('one dossier a number; a second is there already', async () => {
    expect(await said('tiepnhan', { ...dossier, MaHoSoMotCua: '' })).toMatchObject({ data: 0 });
    expect(await said('tiepnhan', dossier)).toMatchObject({ data: 1, status: { success: true } });
    expect(await said('tiepnhan', dossier)).toMatchObject({
      data: 0,
      status: { success: false, message: 'Số biên nhận đã tồn tại' },
    });
    expect(land.state.counters).toMatchObject({ received: 1, repeats: 1 });
  });

  test('a result that nobody has is not wrong; a day of return is told once', async () => {
    await said('tiepnhan', dossier);
    const wrong = { SoBienNhan: NUMBER, NoiDung: 'Sai tên', DanhSachGiayToDinhKem: [] };
    expect(await said('phanhoihososaiketqua', wrong)).toMatchObject({ data: 0 });
    const returned = { SoBienNhan: NUMBER, NgayTra: '2025-06-15T17:00:00+07:00' };
    for (let n = 0; n < 2; n++)
      expect(await said('capnhattrangthaitraketquahoso', returned)).toMatchObject({ data: 1 });
    expect(await said('phanhoihososaiketqua', wrong)).toMatchObject({ data: 1 });
    expect(await said('capnhattrangthaibosunghoso', { SoBienNhan: 'x' })).toMatchObject({ data: 0 });
    expect(land.state.counters).toMatchObject({ returned: 1, wrongResults: 1, supplemented: 0 });
  });

  test('each kind at its own addresses, iLIS under the bearer of a grant', async () => {
    expect((await call('TiepNhanHoSo', dossier)).status).toBe(404);
    expect((await call('toString', dossier)).status).toBe(404);
    await restart({ kind: 'ilis' });
    expect((await call('tiepnhan', dossier)).status).toBe(404);
    expect((await call('TiepNhanHoSo', dossier)).status).toBe(401);
    const { username, password, clientId: client_id, clientSecret: client_secret } = DEFAULT_SETTINGS;
    const grant = async (changes: object) => {
      const form = { username, password, grant_type: 'password', client_id, client_secret, ...changes };
      return plainCall(`${land.url}/token`, 'POST', {}, new URLSearchParams(form).toString());
    };
    for (const wrong of [{ password: 'sai' }, { client_secret: 'sai' }, { grant_type: 'code' }])
      expect((await grant(wrong)).status).toBe(400);
    const { access_token: token } = (await grant({})).json as { access_token: string };
    const { json } = await call('TiepNhanHoSo', dossier, { authorization: `Bearer ${token}` });
    expect(json).toMatchObject({ data: 1 });
  });
});

describe('what it tells', () => {
  const names = () => partner.heard.map(({ body }) => [body.SoBienNhan, body.MaTrangThai ?? '']);

  test.each([
    'LuanChuyen',
    'ChoBoSung',
    'DaBoSung',
    'KetQuaThue',
    'ThueChuyenTraHoSoDoSai',
    'KetThuc',
    'CungCapSoBienNhan',
    'ThongBaoNhapSaiThuTuc',
    'YeuCauCapNhatHoSo',
  ])('%s, with the fields that are wanted', async (name) => {
    const { replies } = await control<{ replies: object[] }>('callbacks', {
      call: name,
      receiptNumber: NUMBER,
      fields: { GhiChu: 'riêng' },
    });
    expect(replies).toMatchObject([{ call: name, taken: true, status: 200 }]);
    expect(partner.heard[0]?.body).toMatchObject({ SoBienNhan: NUMBER, GhiChu: 'riêng' });
    expect(JSON.stringify(replies)).not.toContain(DEFAULT_SETTINGS.callbackSecret);
  });

  test('repeated and out of order as told, and again until it is taken', async () => {
    const calls = ['4', '5', '9'].map((MaTrangThai) => ({
      call: 'LuanChuyen',
      receiptNumber: NUMBER,
      fields: { MaTrangThai },
    }));
    await control('callbacks', { calls, repeat: 2, reorder: true });
    expect(partner.heard).toHaveLength(6);
    expect(names().map(([, status]) => status)).not.toEqual(['4', '5', '9', '4', '5', '9']);
    partner.heard.length = 0;
    partner.answer = () => ({ Result: partner.heard.length < 3 ? 0 : 1, Message: '' });
    land.state.configure({ attempts: 5, retryMs: 1 });
    await control('callbacks', { call: 'DaBoSung', receiptNumber: NUMBER });
    expect(partner.heard).toHaveLength(3);
    expect(land.state.counters).toMatchObject({ told: 9, taken: 7 });
  });

  test('both loops, and where they leave a dossier', async () => {
    const held = land.state.book.add(NUMBER, NUMBER, {});
    const run = (loop: string) =>
      control<{ replies?: { call: string }[]; error?: string }>('loops', { loop, receiptNumber: NUMBER });
    expect((await run('tax-returned')).replies?.map(({ call: name }) => name)).toEqual([
      'LuanChuyen',
      'ThueChuyenTraHoSoDoSai',
      'LuanChuyen',
      'KetQuaThue',
    ]);
    expect(held.state).toBe('processing');
    expect((await run('wrong-result')).replies?.map(({ call: name }) => name)).toEqual(['LuanChuyen', 'KetThuc']);
    expect(held.state).toBe('finished');
    expect(await run('toString')).toMatchObject({ error: expect.stringContaining('no such loop') });
  });

  test('nobody is called of whom nothing is known', async () => {
    expect(await control('callbacks', { call: 'valueOf', receiptNumber: NUMBER })).toHaveProperty('error');
    land.state.configure({ callbackUrl: '' });
    expect(await control('callbacks', { call: 'KetThuc', receiptNumber: NUMBER })).toHaveProperty('error');
    expect(partner.heard).toEqual([]);
  });

  test.each([
    ['iso', '2025-06-02T01:00:00'],
    ['slashed', '02/06/2025 01:00:00'],
    ['iso-offset', '2025-06-02T01:00:00+00:00'],
    ['epoch', 1_748_826_000_000],
    ['dot-net', '/Date(1748826000000)/'],
  ] as const)('times as %s', async (timesAs, expected) => {
    await land.close();
    const clock = () => Date.UTC(2025, 5, 2, 1);
    land = await startLand({ clock, settings: { callbackUrl: partner.url, timesAs, securityCodeIn: 'body' } });
    await control('callbacks', { call: 'ChoBoSung', receiptNumber: NUMBER });
    const securityCode = DEFAULT_SETTINGS.callbackSecret;
    expect(partner.heard[0]?.body).toMatchObject({ NgayChoBoSung: expected, securityCode });
  });
});
