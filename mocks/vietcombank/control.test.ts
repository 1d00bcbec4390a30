import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningVietcombank, startVietcombank } from './server.ts';
import { type Data, Merchant } from './test-client.ts';
import type { Totals } from './totals.ts';

let gateway: RunningVietcombank;
let merchant: Merchant;

beforeEach(async () => {
  gateway = await startVietcombank({ settings: { notice: { lost: true } } });
  merchant = new Merchant(gateway);
});
afterEach(() => gateway.close());

const act = (orderCode: string, name: string, more: object = {}) =>
  merchant.control<Data>('POST', 'acts', { orderCode, act: name, ...more });
const statusOf = async (orderCode: string) => (await merchant.check(orderCode)).json.result_data.status;

test('the ledger tells to the đồng what was taken and given back, and from whom too much (I4, I5)', async () => {
  for (const code of ['LT-1', 'LT-2', 'LT-3', 'LT-4', 'LT-5', 'LT-1']) await merchant.create(code);
  await act('LT-1', 'pay');
  await act('LT-2', 'pay-twice');
  await act('LT-3', 'pay-wrong-amount', { amountVnd: 60_000 });
  await act('LT-4', 'fail');
  await act('LT-1', 'refund');
  await act('LT-2', 'refund-partly', { amountVnd: 10_000 });
  const { totals, orders } = await merchant.control<{ totals: Totals; orders: Data[] }>('GET', 'ledger');
  expect(totals).toEqual({
    orders: 5,
    byStatus: { 1: 1, 3: 1, 7: 1, 11: 1, 12: 1 },
    paid: 3,
    charges: 4,
    refunds: 2,
    askedVnd: 250_000,
    takenVnd: 210_000,
    refundedVnd: 60_000,
    duplicates: 1,
    chargedTwice: ['LT-2'],
    otherAmount: ['LT-2', 'LT-3'],
  });
  expect(orders[0]).toMatchObject({ orderCode: 'LT-1', takenVnd: 50_000, refundedVnd: 50_000, duplicates: 1 });
  expect(await merchant.control('GET', 'orders/LT-3')).toMatchObject({ status: 3, takenVnd: 60_000 });
  expect(await merchant.control('GET', 'orders/none')).toEqual({ error: 'not found' });
});

test.each([
  ['start', 2],
  ['leave-under-review', 5],
  ['wait-for-instalment', 10],
] as const)('after %s an order has status %i and can still be paid', async (name, status) => {
  await merchant.create('LT-1');
  await act('LT-1', name);
  expect(await statusOf('LT-1')).toBe(status);
  await act('LT-1', 'pay');
  expect(await statusOf('LT-1')).toBe(3);
});

test('a refund can be pending, and more than was taken never goes back', async () => {
  await merchant.create('LT-1');
  expect((await act('LT-1', 'refund')).error).toContain('no refund');
  await act('LT-1', 'pay');
  await act('LT-1', 'ask-refund');
  expect(await statusOf('LT-1')).toBe(6);
  expect((await act('LT-1', 'refund-partly', { amountVnd: 50_001 })).error).toContain('cannot go back');
  await act('LT-1', 'refund');
  expect((await act('LT-1', 'refund')).error).toContain('no refund');
});

test('settings are heard, misspelt ones too, and secrets are not shown', async () => {
  const { settings } = await merchant.control<{ settings: Data }>('POST', 'settings', { perPage: 5 });
  expect(settings).toMatchObject({ perPage: 5, merchant: '101' });
  expect(Object.keys(settings).filter((name) => /passcode|secret/i.test(name))).toEqual([]);
  expect(await merchant.control('POST', 'settings', { perpage: 5 })).toMatchObject({
    error: expect.stringContaining('no such setting'),
  });
});

test('unknown orders and acts are said so; a reset forgets money and orders alike', async () => {
  await merchant.create('LT-1');
  expect(await act('LT-1', 'steal')).toMatchObject({ error: expect.stringContaining('no such act') });
  expect(await act('LT-2', 'pay')).toMatchObject({ error: expect.stringContaining('no such order') });
  await merchant.control('POST', 'transfers', { accountNumber: '0011000000001', amountVnd: 1 });
  await merchant.control('POST', 'reset');
  expect(await merchant.control('GET', 'state')).toMatchObject({
    totals: { orders: 0 },
    held: 0,
    heldCredits: 0,
    counters: { ordersCreated: 0, creditIds: 0 },
  });
  expect(await merchant.control('GET', 'accounts')).toEqual({ accounts: [] });
});

test('the same seed makes the same rows', async () => {
  const body = { accountNumber: '0011000000001', amountVnd: 1, purpose: 'x', narrative: 1 };
  const row = async () => {
    const { rows } = await merchant.control<{ rows: Data[] }>('POST', 'transfers', body);
    return [rows[0]?.narrative, rows[0]?.documentNumber];
  };
  const first = await row();
  expect(await row()).not.toEqual(first);
  await merchant.control('POST', 'reset');
  expect(await row()).toEqual(first);
});
