import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningVietcombank, startVietcombank } from './server.ts';
import { Merchant, orderForm, sealedForm } from './test-client.ts';

let gateway: RunningVietcombank;
let merchant: Merchant;
let now: number;

beforeEach(async () => {
  now = Date.UTC(2026, 10, 30, 1);
  gateway = await startVietcombank({ clock: () => now, settings: { perPage: 2, notice: { lost: true } } });
  merchant = new Merchant(gateway);
});
afterEach(() => gateway.close());

const act = (orderCode: string, order: object) => merchant.control('POST', 'acts', { orderCode, ...order });
const codeOf = async (form: Record<string, string>): Promise<string> =>
  (await merchant.post(sealedForm(form))).json.result_code;

test('an order is made once; its page and token come back', async () => {
  const { status, json } = await merchant.create('LT-1');
  expect([status, json.result_code, json.result_message]).toEqual([200, '0000', 'Thành công']);
  const { checkout_url, token_code } = json.result_data;
  expect(checkout_url).toBe(`${gateway.url}/pages/${token_code}`);
  const again = (await merchant.create('LT-1', { amount: '60000' })).json;
  expect([again.result_code, again.result_data]).toEqual(['0005', null]);
  expect((await merchant.control<{ totals: object }>('GET', 'ledger')).totals).toMatchObject({
    orders: 1,
    duplicates: 1,
    askedVnd: 50_000,
  });
});

test('or answers the old order instead', async () => {
  gateway.state.configure({ duplicate: 'old-order' });
  const first = (await merchant.create('LT-1')).json.result_data;
  expect((await merchant.create('LT-1')).json.result_data).toEqual(first);
  expect(gateway.state.counters).toMatchObject({ ordersCreated: 1, duplicates: 1 });
});

test.each([
  ['0002', { function: 'Pay' }],
  ['0003', { merchant_site_code: '102' }],
  ['0005', { order_code: '' }],
  ['0005', { order_code: 'x'.repeat(151) }],
  ['0006', { order_description: '' }],
  ['0007', { amount: '50.000' }],
  ['0007', { amount: '0' }],
  ['0008', { currency: 'USD' }],
  ['0009', { buyer_fullname: ' ' }],
  ['0010', { buyer_email: 'mau' }],
  ['0011', { buyer_mobile: '1'.repeat(21) }],
  ['0012', { buyer_address: '' }],
  ['0013', { return_url: 'x' }],
  ['0014', { cancel_url: 'javascript:0' }],
  ['0015', { notify_url: '' }],
  ['0016', { time_limit: '30/11/2026' }],
  ['0016', { time_limit: '2026-11-30T07:59:59+07:00' }],
  ['0017', { checksum: 'f'.repeat(32) }],
  ['0000', { order_code: 'x'.repeat(150), time_limit: '2026-11-30T08:30:00+07:00' }],
])('%s for %o', async (code, changes) => {
  expect(await codeOf(orderForm('LT-1', changes as Record<string, string>))).toBe(code);
  expect(gateway.state.orders.all()).toHaveLength(code === '0000' ? 1 : 0);
});

test('0004 for another version, 0018, 0020 and 0101 by what the gateway is told', async () => {
  expect((await merchant.post(sealedForm(orderForm('LT-1')), undefined, 'version_2_0')).json.result_code).toBe('0004');
  expect((await merchant.ask('CheckOrder', { token_code: 'none' })).json.result_code).toBe('0018');
  expect((await merchant.check('none')).json.result_code).toBe('0005');
  gateway.state.configure({ creating: false });
  expect((await merchant.create('LT-1')).json.result_code).toBe('0101');
  gateway.state.configure({ allowed: false });
  expect((await merchant.create('LT-1')).json.result_code).toBe('0020');
  expect(gateway.state.counters).toMatchObject({ notFound: 2, refusals: 5, ordersCreated: 0 });
});

test('an order is told with every field, by token and by code alike', async () => {
  const token = String((await merchant.create('LT-1', { customer_field: 'K' })).json.result_data.token_code);
  const { result_data: data } = (await merchant.ask('CheckOrder', { token_code: token })).json;
  expect(data).toEqual({
    token_code: token,
    version: '1.0',
    order_code: 'LT-1',
    order_description: 'Le phi ho so',
    amount: 50_000,
    sender_fee: 0,
    receiver_fee: 0,
    currency: 'VND',
    return_url: 'https://example.vn/ve',
    cancel_url: 'https://example.vn/huy',
    notify_url: 'http://127.0.0.1:1/thong-bao',
    status: 1,
    payment_method_code: '',
    payment_method_name: '',
    message: 'Mới tạo',
    message_error: '',
    customer_field: 'K',
    time_paid: '',
    amount_vnd: 50_000,
  });
  expect((await merchant.check('LT-1')).json.result_data).toEqual(data);
});

test.each([
  ['dmy', '30-11-2026 08:00:00'],
  ['ymd', '2026-11-30 08:00:00'],
  ['seconds', '1796000400'],
] as const)('paid, as %s, amounts as texts, and refusals without data', async (timesAs, time_paid) => {
  gateway.state.configure({ timesAs, amountAs: 'string', emptyData: 'absent' });
  await merchant.create('LT-1');
  await act('LT-1', { act: 'pay-wrong-amount', amountVnd: 40_000 });
  const { result_data: data } = (await merchant.check('LT-1')).json;
  expect(data).toMatchObject({ status: 3, amount: '40000', amount_vnd: '40000', time_paid });
  expect((await merchant.check('none')).json).not.toHaveProperty('result_data');
});

test('orders are listed in pages and found by day, status, code and token', async () => {
  for (const code of ['LT-1', 'LT-2', 'LT-3']) await merchant.create(code);
  now += 86_400_000;
  await merchant.create('LT-4');
  await act('LT-2', { act: 'pay' });
  const list = async (fields: Record<string, string>) => (await merchant.ask('GetListOrder', fields)).json.result_data;
  const codes = async (fields: Record<string, string>) =>
    ((await list(fields)).data as { order_code: string }[]).map(({ order_code }) => order_code);
  expect(await list({ page: '2' })).toMatchObject({ total_record: 4, per_page: 2, page: 2 });
  expect([await codes({}), await codes({ page: '2' }), await codes({ page: '3' })]).toEqual([
    ['LT-1', 'LT-2'],
    ['LT-3', 'LT-4'],
    [],
  ]);
  expect(await codes({ time_created_from: '01-12-2026' })).toEqual(['LT-4']);
  expect((await list({ time_created_to: '30-11-2026' })).total_record).toBe(3);
  expect(await codes({ status: '3' })).toEqual(['LT-2']);
  expect(await codes({ order_code: 'LT-3' })).toEqual(['LT-3']);
  expect(await codes({ token_code: gateway.state.orders.get('LT-4')?.tokenCode ?? '' })).toEqual(['LT-4']);
  expect((await list({ status: '3' })).data).toMatchObject([
    { time_created: '30-11-2026 08:00:00', time_paid: '01-12-2026 08:00:00', time_refund: '', status: 3 },
  ]);
  const wrong = await merchant.ask('GetListOrder', { time_created_from: '31-02-2026' });
  expect(wrong.json.result_code).toBe('0001');
});

test('banks are listed without a checksum', async () => {
  expect((await merchant.ask('GetBanks', {})).json.result_data).toHaveLength(2);
});

test('time_limit ends an order without a word: it stays new, and only late money comes', async () => {
  await merchant.create('LT-1', { time_limit: '2026-11-30T08:30:00+07:00' });
  await merchant.create('LT-2');
  now += 31 * 60_000;
  expect(await act('LT-1', { act: 'pay' })).toMatchObject({ error: expect.stringContaining('no pay') });
  expect((await merchant.check('LT-1')).json.result_data.status).toBe(1);
  expect(await act('LT-1', { act: 'pay-after-expiry' })).toMatchObject({ order: { status: 3, takenVnd: 50_000 } });
  now += 6 * 86_400_000;
  expect(await act('LT-2', { act: 'pay' })).toMatchObject({ order: { status: 3 } });
});
