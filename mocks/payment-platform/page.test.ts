import { afterEach, beforeEach, expect, test } from 'vitest';
import { plainCall } from '../kit/plain-call.ts';
import { type RunningPlatform, startPlatform } from './server.ts';
import { PlatformCaller, type Province, startProvince } from './test-client.ts';

let platform: RunningPlatform;
let caller: PlatformCaller;
let province: Province;

beforeEach(async () => {
  province = await startProvince();
  const settings = { returnUrl: 'https://example.vn/thanh-toan/ve', notifyUrl: province.url };
  platform = await startPlatform({ settings });
  caller = new PlatformCaller(platform);
});
afterEach(async () => {
  province.close();
  await platform.close();
});

const page = async (reference: string, purpose = 'Thanh toan le phi'): Promise<string> =>
  String((await caller.init(reference, { ThongTinGiaoDich: purpose })).json.UrlThanhToan);

test('shows in Vietnamese what is to be paid, escaped, without anything of another host', async () => {
  const { status, text, headers } = await plainCall(await page('LT-1', '<b>Lệ phí</b>'), 'GET', {}, '');
  expect([status, headers['content-type']]).toEqual([200, 'text/html;charset=UTF-8']);
  expect(text).toContain('&lt;b&gt;Lệ phí&lt;/b&gt;');
  expect(text).toContain('50.000 đồng');
  expect(text).not.toMatch(/https?:|src=|<script/);
  const acts = [...text.matchAll(/value="([a-z-]+)"/g)].map(([, act]) => act);
  expect(acts).toEqual(['pay', 'cancel', 'pay-twice', 'pay-wrong-amount', 'pay-after-expiry', 'leave-pending', 'fail']);
});

test.each([
  ['pay', '00', [50_000], ['00']],
  ['cancel', '01', [], ['01']],
  ['pay-twice', '00', [50_000, 50_000], ['00', '00']],
  ['pay-wrong-amount', '00', [49_000], ['00']],
  ['pay-after-expiry', '00', [50_000], ['00']],
  ['leave-pending', '01', [], []],
  ['fail', '01', [], ['01']],
] as const)('%s sends the browser back with %s, and the notice', async (act, code, taken, told) => {
  const { status, headers } = await caller.press(await page('LT-1'), act);
  expect(status).toBe(303);
  const target = new URL(String(headers.location));
  expect(target.origin + target.pathname).toBe('https://example.vn/thanh-toan/ve');
  expect([...target.searchParams.keys()]).toEqual(['data', 'responseCode', 'secureCode']);
  expect([target.searchParams.get('data'), target.searchParams.get('responseCode')]).toEqual(['LT-1', code]);
  expect(target.searchParams.get('secureCode')).toMatch(/^[0-9a-f]{64}$/);
  await expect.poll(() => province.heard.map(({ MaLoi }) => MaLoi)).toEqual(told);
  expect(platform.state.ledger.get('LT-1')?.charges.map(({ amountVnd }) => amountVnd)).toEqual(taken);
});

test('what is over takes no more money but late money', async () => {
  const url = await page('LT-1');
  await caller.press(url, 'cancel');
  const again = await caller.press(url, 'pay');
  expect([again.status, platform.state.ledger.totals().takenVnd]).toEqual([409, 0]);
  expect(again.text).toContain('Giao dịch đã kết thúc.');
  expect(again.text).toContain('value="pay-after-expiry"');
  expect(again.text).not.toContain('value="pay"');
  expect((await caller.press(url, 'pay-after-expiry')).status).toBe(303);
  expect(platform.state.ledger.totals()).toMatchObject({ takenVnd: 50_000, chargedTwice: [] });
});

test('without a return address the page shows the end; unknown pages and acts are said so', async () => {
  platform.state.configure({ returnUrl: '' });
  const url = await page('LT-1');
  expect((await caller.press(url, 'steal')).status).toBe(400);
  expect((await caller.press(url, 'pay')).text).toContain('Đã thanh toán');
  expect((await plainCall(`${platform.url}/pages/none`, 'GET', {}, '')).status).toBe(404);
  expect((await plainCall(`${platform.url}/elsewhere`, 'GET', {}, '')).status).toBe(404);
});
