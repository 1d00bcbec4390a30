import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Message, noticeSeal } from './seals.ts';
import { type RunningPlatform, startPlatform } from './server.ts';
import { initMessage, PlatformCaller } from './test-client.ts';

let platform: RunningPlatform;
let caller: PlatformCaller;

beforeEach(async () => {
  platform = await startPlatform();
  caller = new PlatformCaller(platform);
});
afterEach(() => platform.close());

const transaction = (reference: string) => {
  const held = platform.state.ledger.get(reference);
  if (held === undefined) throw new Error(`not held: ${reference}`);
  return held;
};
const pay = (reference: string) => platform.state.act(transaction(reference), { act: 'pay' });

describe('INIT', () => {
  test('makes a transaction with a page of its own', async () => {
    const { json } = await caller.init('LT-1');
    expect(json).toMatchObject({ MaLoi: '00', MoTaLoi: 'Thành công', MaDoiTac: 'DEMO02', MaThamChieu: 'LT-1' });
    expect(json.UrlThanhToan).toBe(`${platform.url}/pages/${transaction('LT-1').token}`);
    expect(json).not.toHaveProperty('MaXacThuc');
    expect(platform.state.counters).toMatchObject({ inits: 1, refusals: 0 });
  });

  const spoilt: readonly (readonly [Message, string])[] = [
    ...Object.keys(initMessage('x'))
      .filter((name) => name !== 'LoaiBanTin' && name !== 'MaDoiTac')
      .map((name) => [{ [name]: undefined }, '02'] as const),
    [{ MaXacThuc: undefined }, '02'],
    [{ LoaiBanTin: 'CONFIRM' }, '02'],
    [{ SoTien: 50_000 }, '02'],
    [{ SoTien: '0' }, '02'],
    [{ SoTien: '-1' }, '02'],
    [{ SoTien: '50000.5' }, '02'],
    [{ SoTien: '50001' }, '02'],
    [{ MaTienTe: 'USD' }, '02'],
    [{ ThoiGianGD: '2025-06-01T08:30:00' }, '02'],
    [{ MaThamChieu: 'x'.repeat(256) }, '02'],
    [{ ThongTinBienLai: { MaDichVu: '2' } }, '02'],
    [{ MaDoiTac: 'OTHER' }, '09'],
    [{ MaXacThuc: '0'.repeat(64) }, '07'],
  ];
  test.each(spoilt)('refuses %j with %s', async (changes, code) => {
    expect((await caller.init('LT-1', changes)).json.MaLoi).toBe(code);
    expect(platform.state.ledger.totals().transactions).toBe(0);
    expect(platform.state.counters.refusals).toBe(1);
  });

  test('a seal counts letter by letter, and a body must be JSON', async () => {
    const upper = { ...initMessage('LT-1'), MaXacThuc: 'A'.repeat(64) };
    expect((await caller.post(upper)).json.MaLoi).toBe('07');
    expect(platform.state.counters.badSeals).toBe(1);
    expect((await fetch(platform.url, { method: 'POST', body: '{"LoaiBanTin":' })).status).toBe(200);
    expect(platform.state.counters.refusals).toBe(2);
  });

  test('the same reference again is 116, whatever else it says (I2)', async () => {
    await caller.init('LT-1');
    const other = { ThoiGianGD: '20250601093000' };
    expect((await caller.init('LT-1', other)).json.MaLoi).toBe('116');
    expect(transaction('LT-1')).toMatchObject({ duplicatesRefused: 1, initTime: '20250601083000' });
    expect(platform.state.ledger.totals()).toMatchObject({ transactions: 1, duplicatesRefused: 1 });
  });

  test('can be wrapped by an LGSP, and sealed in ways that nobody published', async () => {
    platform.state.configure({ wrapped: true, initSeal: 'assumed' });
    const { json } = await caller.init('LT-1');
    expect(json.error_code).toBe('0');
    const inner = JSON.parse(String(json.message)) as object;
    expect(inner).toMatchObject({ MaLoi: '00', MaXacThuc: expect.stringMatching(/^[0-9a-f]{64}$/) });
    platform.state.configure({ wrapped: false, initSeal: 'wrong' });
    expect((await caller.init('LT-2')).json.MaXacThuc).toBe('0'.repeat(64));
  });
});

describe('QUERY', () => {
  test('answers flat, sealed as a notice is, SoTien a number', async () => {
    await caller.init('LT-1');
    expect((await caller.query('LT-1')).json).toMatchObject({ MaLoi: '00', TrangThaiGD: '3', MaGiaoDich: '' });
    pay('LT-1');
    const { json } = await caller.query('LT-1');
    expect(json).toEqual({
      MaLoi: '00',
      MoTaLoi: 'Thành công',
      MaDoiTac: 'DEMO02',
      MaThamChieu: 'LT-1',
      LoaiBanTin: 'QUERY',
      ThoiGianGD: '20250601083000',
      SoTien: 50_000,
      MaTienTe: 'VND',
      MaGiaoDich: transaction('LT-1').charges[0]?.number,
      MaNganHang: 'PAYMENT',
      ThongTinGiaoDich: 'Thanh toan le phi',
      TrangThaiGD: '1',
      MaXacThuc: noticeSeal(json, 'demo-key'),
    });
  });

  test.each([
    ['leave-pending', '3'],
    ['cancel', '4'],
    ['fail', '4'],
    ['expire', '4'],
    ['pay', '1'],
  ] as const)('after %s the state is %s', async (act, status) => {
    await caller.init('LT-1');
    platform.state.act(transaction('LT-1'), { act });
    expect((await caller.query('LT-1')).json.TrangThaiGD).toBe(status);
    platform.state.configure({ statusAs: 'number', querySeal: 'absent' });
    const { json } = await caller.query('LT-1');
    expect([json.TrangThaiGD, json.MaXacThuc]).toEqual([Number(status), undefined]);
  });

  test('an unknown reference, and any other time than that of INIT, is 104; a wrong seal 07', async () => {
    await caller.init('LT-1');
    expect((await caller.query('LT-2')).json.MaLoi).toBe('104');
    expect((await caller.query('LT-1', { ThoiGianGD: '20250601083001' })).json.MaLoi).toBe('104');
    expect((await caller.query('LT-1', { MaXacThuc: 'x' })).json.MaLoi).toBe('07');
    expect((await caller.query('LT-1', { MaDoiTac: 'OTHER' })).json.MaLoi).toBe('09');
    expect(platform.state.counters.notFound).toBe(2);
  });

  test('a page that stood too long is failed, by the clock', async () => {
    platform.state.configure({ pageTtlMs: 0 });
    await caller.init('LT-1');
    expect((await caller.query('LT-1')).json.TrangThaiGD).toBe('4');
  });
});

describe('GET_BILL', () => {
  test('gives a whole PDF for what is paid, and says no for the rest', async () => {
    await caller.init('LT-1');
    expect((await caller.bill('LT-1')).json.MaLoi).toBe('118');
    expect((await caller.bill('LT-2')).json.MaLoi).toBe('104');
    pay('LT-1');
    const { text, headers } = await caller.bill('LT-1');
    expect(headers['content-type']).toBe('application/pdf');
    expect(text).toMatch(/^%PDF-1\.4\n[\s\S]*%%EOF\n$/);
    expect(text.length).toBeGreaterThan(10_000);
    const table = Number(/startxref\n(\d+)/.exec(text)?.[1]);
    expect(text.slice(table, table + 4)).toBe('xref');
    const places = [...text.slice(table).matchAll(/^(\d{10}) 00000 n/gm)].map(([, place]) => Number(place));
    expect(places.map((place) => text.slice(place, place + 7))).toEqual([1, 2, 3, 4, 5].map((n) => `${n} 0 obj`));
    const [, length, stream] = /\/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/.exec(text) ?? [];
    expect(stream?.length).toBe(Number(length));
  });

  test.each([
    ['short', /^%PDF-/, 10_000],
    ['empty', /^$/, 1],
    ['not-pdf', /^<html>/, 200],
  ] as const)('the first ones can be %s', async (spoiltBill, begins, below) => {
    platform.state.configure({ spoiltBill, spoiltBillCount: 2 });
    await caller.init('LT-1');
    pay('LT-1');
    for (let turn = 0; turn < 2; turn += 1) {
      const { text } = await caller.bill('LT-1');
      expect(text).toMatch(begins);
      expect(text.length).toBeLessThan(below);
    }
    expect((await caller.bill('LT-1')).text).toContain('%%EOF');
  });
});
