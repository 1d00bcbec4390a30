import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Partner } from '../kit/partner.ts';
import { plainCall } from '../kit/plain-call.ts';
import type { Form } from './seals.ts';
import { type RunningVietcombank, startVietcombank } from './server.ts';
import { Merchant, startListener } from './test-client.ts';

let gateway: RunningVietcombank;
let merchant: Merchant;
let listener: Partner<Form>;

beforeEach(async () => {
  listener = await startListener();
  gateway = await startVietcombank();
  merchant = new Merchant(gateway, listener.url);
});
afterEach(async () => {
  listener.close();
  await gateway.close();
});

const status = async () => (await merchant.check('LT-1')).json.result_data.status;
const actsIn = (text: string) => [...text.matchAll(/value="([a-z-]+)"/g)].map(([, act]) => act);

test('shows in Vietnamese what is to be paid; whoever opens it is paying', async () => {
  const page = await merchant.page('LT-1', { order_description: '<b>Lệ phí</b>' });
  expect(await status()).toBe(1);
  const { text, headers } = await plainCall(page, 'GET', {}, '');
  expect(headers['content-type']).toBe('text/html;charset=UTF-8');
  expect(text).toContain('&lt;b&gt;Lệ phí&lt;/b&gt;');
  expect(text).toContain('50.000 đồng');
  expect(text).not.toMatch(/https?:|src=|<script/);
  expect(actsIn(text)).toEqual([
    'pay',
    'cancel',
    'pay-twice',
    'pay-wrong-amount',
    'pay-after-expiry',
    'leave-under-review',
    'fail',
  ]);
  expect(await status()).toBe(2);
});

test.each([
  ['pay', 'https://example.vn/ve', 3, [50_000], ['3']],
  ['cancel', 'https://example.vn/huy', 4, [], ['4']],
  ['pay-twice', 'https://example.vn/ve', 3, [50_000, 50_000], ['3', '3']],
  ['pay-wrong-amount', 'https://example.vn/ve', 3, [49_000], ['3']],
  ['pay-after-expiry', 'https://example.vn/ve', 3, [50_000], ['3']],
  ['leave-under-review', 'https://example.vn/ve', 5, [], ['5']],
  ['fail', 'https://example.vn/ve', 12, [], ['12']],
] as const)('%s sends the browser to %s and tells %i', async (act, target, becomes, taken, told) => {
  const pressed = await merchant.press(await merchant.page('LT-1'), act);
  expect([pressed.status, pressed.headers.location]).toEqual([303, target]);
  await expect.poll(() => listener.heard.map((notice) => notice.status)).toEqual(told);
  expect(await status()).toBe(becomes);
  expect(gateway.state.orders.get('LT-1')?.charges.map(({ amountVnd }) => amountVnd)).toEqual(taken);
});

test.each([
  ['refund', 7, 50_000, []],
  ['refund-partly', 11, 25_000, ['refund', 'refund-partly', 'revert']],
  ['revert', 15, 50_000, []],
] as const)('what is paid can be undone: %s is %i', async (act, becomes, refunded, left) => {
  const page = await merchant.page('LT-1');
  await merchant.press(page, 'pay');
  expect(actsIn((await plainCall(page, 'GET', {}, '')).text)).toEqual([
    'pay-twice',
    'refund',
    'refund-partly',
    'revert',
  ]);
  await merchant.press(page, act);
  await expect.poll(() => listener.heard.map((notice) => notice.status)).toEqual(['3', String(becomes)]);
  expect(await merchant.control('GET', 'ledger')).toMatchObject({
    totals: { takenVnd: 50_000, refundedVnd: refunded, refunds: 1 },
  });
  const after = actsIn((await plainCall(page, 'GET', {}, '')).text);
  expect(after).toEqual(left);
});

test('what is over takes no more money but late money', async () => {
  const page = await merchant.page('LT-1');
  await merchant.press(page, 'cancel');
  const again = await merchant.press(page, 'pay');
  expect([again.status, gateway.state.orders.get('LT-1')?.charges]).toEqual([409, []]);
  expect((await merchant.press(page, 'pay-after-expiry')).status).toBe(303);
  expect(await status()).toBe(3);
});

test('after its time only late money comes, and what the setting names goes along with the browser', async () => {
  gateway.state.configure({ returnFields: ['token_code', 'status'] });
  const page = await merchant.page('LT-1');
  await merchant.control('POST', 'acts', { orderCode: 'LT-1', act: 'expire' });
  const { text } = await plainCall(page, 'GET', {}, '');
  expect([text.includes('Đã hết hạn'), actsIn(text)]).toEqual([true, ['pay-after-expiry']]);
  const { headers } = await merchant.press(page, 'pay-after-expiry');
  const token = gateway.state.orders.get('LT-1')?.tokenCode;
  expect(headers.location).toBe(`https://example.vn/ve?token_code=${token}&status=3`);
});

test('unknown pages and acts are said so', async () => {
  expect((await merchant.press(await merchant.page('LT-1'), 'expire')).status).toBe(400);
  expect((await plainCall(`${gateway.url}/pages/none`, 'GET', {}, '')).status).toBe(404);
  expect((await plainCall(`${gateway.url}/elsewhere`, 'GET', {}, '')).status).toBe(404);
});
