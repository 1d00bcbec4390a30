import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Totals } from './ledger.ts';
import type { BillLookup } from './lookup.ts';
import type { Message } from './seals.ts';
import { type RunningPlatform, startPlatform } from './server.ts';
import { PlatformCaller, type Province, startProvince } from './test-client.ts';

let platform: RunningPlatform;
let caller: PlatformCaller;
let province: Province;

beforeEach(async () => {
  province = await startProvince();
  platform = await startPlatform({ settings: { notifyUrl: province.url, lookupUrl: province.url } });
  caller = new PlatformCaller(platform);
});
afterEach(async () => {
  province.close();
  await platform.close();
});

const act = (reference: string, name: string) => caller.control<Message>('POST', 'acts', { reference, act: name });
const lookUp = async (code: string, amountVnd?: number): Promise<BillLookup> =>
  (await caller.control<{ lookup: BillLookup }>('POST', 'lookups', { code, amountVnd })).lookup;

test('the ledger tells to the đồng what was taken, and from whom too much (I4, I5)', async () => {
  for (const reference of ['LT-1', 'LT-2', 'LT-3', 'LT-4', 'LT-5']) await caller.init(reference);
  await caller.init('LT-1');
  await act('LT-1', 'pay');
  await act('LT-2', 'pay-twice');
  await act('LT-3', 'pay-wrong-amount');
  await act('LT-4', 'fail');
  const { totals, transactions } = await caller.control<{ totals: Totals; transactions: Message[] }>('GET', 'ledger');
  expect(totals).toEqual({
    transactions: 5,
    inits: 5,
    billsLookedUp: 0,
    byStatus: { paid: 3, failed: 1, open: 1 },
    paid: 3,
    charges: 4,
    askedVnd: 250_000,
    takenVnd: 199_000,
    duplicatesRefused: 1,
    chargedTwice: ['LT-2'],
    otherAmount: ['LT-2', 'LT-3'],
  });
  expect(transactions.map(({ takenVnd }) => takenVnd)).toEqual([50_000, 100_000, 49_000, 0, 0]);
  expect(await caller.control('GET', 'transactions/LT-2')).toMatchObject({ status: 'paid', takenVnd: 100_000 });
  expect(await caller.control('GET', 'transactions/none')).toEqual({ error: 'not found' });
});

test('what was left pending can end later', async () => {
  await caller.init('LT-1');
  await act('LT-1', 'leave-pending');
  expect((await caller.query('LT-1')).json.TrangThaiGD).toBe('3');
  await act('LT-1', 'pay');
  expect((await caller.query('LT-1')).json).toMatchObject({ TrangThaiGD: '1', SoTien: 50_000 });
  expect(await act('LT-1', 'pay')).toEqual({ error: 'TypeError: LT-1 is over: no pay' });
  expect(await act('LT-1', 'steal')).toEqual({ error: 'TypeError: no such act: steal' });
  expect(await act('none', 'pay')).toEqual({ error: 'TypeError: no such transaction: none' });
});

test('state and settings are read, changed and forgotten; the secret is never shown', async () => {
  await caller.init('LT-1');
  const state = await caller.control<Message>('GET', 'state');
  expect(state).toMatchObject({ totals: { transactions: 1 }, held: 0, telling: 0, settings: { partner: 'DEMO02' } });
  expect(JSON.stringify(state)).not.toContain('demo-key');
  await caller.control('POST', 'settings', { partner: 'DEMO03' });
  expect((await caller.init('LT-2')).json.MaLoi).toBe('09');
  await caller.control('POST', 'reset');
  expect(await caller.control('GET', 'ledger')).toMatchObject({ totals: { transactions: 0, takenVnd: 0 } });
  expect(platform.state.settings.partner).toBe('DEMO03');
});

test.each([
  ['a text', (bill: Message) => JSON.stringify(bill)],
  ['an object', (bill: Message) => bill],
])('a bill that comes as %s is kept and paid by its MaTraCuuTT, without any INIT', async (_, carried) => {
  const bill = { transaction_id: '1', client_id: 'mau', MaTraCuuTT: 'H-1-20250601083000', SoTien: '70000' };
  province.answer = (message) =>
    message.MaHoSo === undefined ? { MaLoi: '00' } : { error_code: 1, message: carried(bill) };
  expect(await lookUp('H-1')).toMatchObject({
    code: 'H-1',
    errorCode: '1',
    bill,
    reference: bill.MaTraCuuTT,
    amountVnd: 70_000,
  });
  expect(province.heard).toEqual([{ MaHoSo: 'H-1' }]);
  await lookUp('H-1');
  await act(bill.MaTraCuuTT, 'pay');
  expect(province.heard.at(-1)).toMatchObject({ MaLoi: '00', MaThamChieu: bill.MaTraCuuTT, SoTien: 70_000 });
  expect(platform.state.ledger.totals()).toMatchObject({ inits: 0, billsLookedUp: 1, takenVnd: 70_000 });
  expect((await caller.query(bill.MaTraCuuTT, { ThoiGianGD: '20250601090000' })).json.TrangThaiGD).toBe('1');
});

test('a bill whose sum is not named is summed from its items, or told by the caller', async () => {
  const items = { PhiLePhi: [{ SoTien: '30000' }, { SoTien: 20_000 }] };
  province.answer = () => ({ error_code: '1', message: { MaTraCuuTT: 'H-1-1', ThongTinBienLai: items } });
  expect((await lookUp('H-1')).amountVnd).toBe(50_000);
  province.answer = () => ({ error_code: '1', message: { MaTraCuuTT: 'H-1-2' } });
  expect((await lookUp('H-1')).amountVnd).toBeUndefined();
  expect((await lookUp('H-1', 9_000)).amountVnd).toBe(9_000);
});

test.each([
  [{ error_code: 0, message: 'Không có khoản phải nộp' }, '0'],
  [{ error_code: -1, message: 'Lỗi' }, '-1'],
])('%j offers nothing to pay', async (answer, errorCode) => {
  province.answer = () => answer;
  const lookup = await lookUp('H-1');
  expect(lookup.errorCode).toBe(errorCode);
  expect(lookup).not.toHaveProperty('reference');
  expect((await caller.control<{ lookups: unknown[] }>('GET', 'lookups')).lookups).toHaveLength(1);
  expect(platform.state.ledger.totals().transactions).toBe(0);
});
