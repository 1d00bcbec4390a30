import { afterEach, beforeEach, expect, test } from 'vitest';
import { plainCall } from '../kit/plain-call.ts';
import type { Fields } from './envelope.ts';
import { type RunningEcom, startEcom } from './server.ts';
import { EcomCaller } from './test-client.ts';

let bank: RunningEcom;
let caller: EcomCaller;

beforeEach(async () => {
  bank = await startEcom();
  caller = new EcomCaller(bank);
});
afterEach(() => bank.close());

const page = async (changes: Fields = {}): Promise<string> =>
  String((await caller.verify('LT-1', changes)).fields.redirectUrl);

test('shows in Vietnamese what is to be paid, escaped, without anything of another host', async () => {
  const { status, text } = await plainCall(await page({ description: '<b>Lệ phí</b>' }), 'GET', {}, '');
  expect(status).toBe(200);
  expect(text).toContain('&lt;b&gt;Lệ phí&lt;/b&gt;');
  expect(text).toContain('50.000 đồng');
  expect(text).not.toMatch(/https?:|src=|<script/);
});

test.each([
  ['pay', [50_000], 'paid'],
  ['cancel', [], 'cancelled'],
  ['pay-twice', [50_000, 50_000], 'paid'],
  ['pay-wrong-amount', [49_000], 'paid'],
  ['pay-after-expiry', [50_000], 'paid'],
  ['leave-pending', [], 'pending'],
  ['fail', [], 'failed'],
] as const)('%s takes %j and sends the browser back', async (act, taken, status) => {
  const pressed = await caller.press(await page(), act);
  expect([pressed.status, pressed.headers.location]).toEqual([303, 'https://example.vn/thanh-toan/ve']);
  const payment = bank.state.ledger.get('LT-1');
  expect(payment).toMatchObject({ status, charges: taken.map((amountVnd) => ({ amountVnd })) });
});

test('without an address to go back to the end is shown; nothing is pressed twice, or made up', async () => {
  const address = await page({ returnUrl: '' });
  expect((await caller.press(address, 'expire-all')).status).toBe(400);
  expect((await caller.press(address, 'pay')).text).toContain('Đã thanh toán');
  expect((await caller.press(address, 'cancel')).status).toBe(409);
  expect((await caller.press(`${address}x`, 'pay')).status).toBe(404);
  expect(bank.state.ledger.totals()).toMatchObject({ takenVnd: 50_000 });
});
