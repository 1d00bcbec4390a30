import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Partner } from '../kit/partner.ts';
import type { Form } from './seals.ts';
import { type RunningVietcombank, startVietcombank } from './server.ts';
import type { Told } from './teller.ts';
import { type Data, Merchant, startListener } from './test-client.ts';

let gateway: RunningVietcombank;
let merchant: Merchant;
let listener: Partner<Form>;

beforeEach(async () => {
  listener = await startListener();
  gateway = await startVietcombank({ settings: { noticeAnswer: 'OK', noticeAttempts: 3, noticeRetryMs: 5 } });
  merchant = new Merchant(gateway, listener.url);
});
afterEach(async () => {
  listener.close();
  await gateway.close();
});

interface Acted {
  readonly order: Data;
  readonly notices?: Told[];
}
const act = (orderCode: string, order: object = {}): Promise<Acted> =>
  merchant.control('POST', 'acts', { orderCode, act: 'pay', ...order });
const tell = (body: object) => merchant.control<{ notices: Told[] }>('POST', 'notices', body);
const told = () => listener.heard.map(({ order_code }) => order_code);
const notifyState = (orderCode: string) => gateway.state.orders.get(orderCode)?.notifyState;

test('a notice tells what CheckOrder tells, as form fields, and nothing signs it', async () => {
  await merchant.create('LT-1');
  expect(notifyState('LT-1')).toBe(1);
  await act('LT-1');
  const { result_data: data } = (await merchant.check('LT-1')).json;
  expect(listener.heard).toEqual([Object.fromEntries(Object.entries(data).map(([name, v]) => [name, String(v)]))]);
  expect(listener.heard[0]).not.toHaveProperty('checksum');
  expect(notifyState('LT-1')).toBe(4);
});

test('it comes again until it is answered, and is given up in the end', async () => {
  await merchant.create('LT-1');
  await merchant.create('LT-2');
  const states: unknown[] = [];
  listener.answer = () => {
    states.push(notifyState('LT-1'));
    return states.length < 2 ? 'later' : 'OK';
  };
  expect((await act('LT-1')).notices?.map(({ taken }) => taken)).toEqual([false, true]);
  expect([states, notifyState('LT-1')]).toEqual([[2, 3], 4]);
  listener.answer = () => 'no';
  expect((await act('LT-2')).notices?.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect([notifyState('LT-2'), gateway.state.notices.counts]).toEqual([3, { went: 5, taken: 1 }]);
});

test('nobody there is status 0', async () => {
  await merchant.create('LT-1', { notify_url: 'http://127.0.0.1:1/' });
  const { notices } = await act('LT-1', { notice: { attempts: 1 } });
  expect(notices).toMatchObject([{ about: 'LT-1', status: 0, taken: false }]);
});

test.each([
  [{ amount: '1' }, { order_code: 'LT-1', amount: '1', status: '12' }],
  [{ status: '3' }, { order_code: 'LT-1', amount: '50000', status: '3' }],
  [{ order_code: 'LT-9' }, { order_code: 'LT-9', status: '12' }],
])('forged with %o it lies; the ledger tells that nothing was paid', async (fields, heard) => {
  await merchant.create('LT-1');
  await act('LT-1', { act: 'fail', cause: 'Thẻ hết hạn', notice: { fields } });
  expect(listener.heard[0]).toMatchObject({ ...heard, message_error: 'Thẻ hết hạn' });
  expect((await merchant.check('LT-1')).json.result_data).toMatchObject({ amount: 50_000, status: 12 });
  expect(await merchant.control('GET', 'ledger')).toMatchObject({ totals: { charges: 0, takenVnd: 0 } });
});

test('anyone can tell of an unpaid order, or of one that nobody made', async () => {
  await merchant.create('LT-1');
  await tell({ orderCodes: ['LT-1'], fields: { status: '3' } });
  const fields = { order_code: 'LT-8', token_code: 'T', amount: '1', status: '3' };
  await tell({ invented: { url: listener.url, fields } });
  expect(listener.heard).toMatchObject([{ order_code: 'LT-1', status: '3' }, fields]);
  expect((await merchant.check('LT-1')).json.result_data.status).toBe(1);
});

test('it can be lost, told again later, and repeated', async () => {
  await merchant.create('LT-1');
  expect((await act('LT-1', { notice: { lost: true } })).notices).toEqual([]);
  expect([told(), notifyState('LT-1')]).toEqual([[], 1]);
  expect((await tell({ orderCodes: ['LT-1'], repeat: 4 })).notices).toHaveLength(4);
  expect(told()).toEqual(['LT-1', 'LT-1', 'LT-1', 'LT-1']);
});

test('it can be late; the act is answered at once where nobody waits', async () => {
  await merchant.create('LT-1');
  const { order, notices } = await act('LT-1', { notice: { delayMs: 300 }, wait: false });
  expect([order.status, notices, told()]).toEqual([3, undefined, []]);
  await expect.poll(told).toEqual(['LT-1']);
});

test('those kept back go as they were written, in another order', async () => {
  gateway.state.configure({ notice: { held: true } });
  const made = Array.from({ length: 8 }, (_, n) => `LT-${n}`);
  for (const code of made) {
    await merchant.create(code);
    await act(code);
  }
  await act('LT-0', { act: 'refund' });
  expect([told(), gateway.state.notices.held.length]).toEqual([[], 9]);
  await tell({ reorder: true });
  expect(told()).not.toEqual([...made, 'LT-0']);
  expect(told().sort()).toEqual(['LT-0', ...made]);
  const first = listener.heard.filter(({ order_code }) => order_code === 'LT-0').map(({ status }) => status);
  expect(first.sort()).toEqual(['3', '7']);
});

test('it can come before CreateOrder is answered, also where that answer is then lost', async () => {
  gateway.state.configure({ aheadOfCreate: { act: 'pay' } });
  let answered = false;
  let early: boolean | undefined;
  listener.answer = () => {
    early = !answered;
    return 'OK';
  };
  await merchant.create('LT-1').then(() => {
    answered = true;
  });
  expect([early, told()]).toEqual([true, ['LT-1']]);
  gateway.state.addFault({ kind: 'lose-reply', times: 1 });
  await expect(merchant.create('LT-2')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(told()).toEqual(['LT-1', 'LT-2']);
});

test('after a reset nothing more is told', async () => {
  await merchant.create('LT-1');
  await act('LT-1', { notice: { delayMs: 300 }, wait: false });
  await merchant.control('POST', 'reset');
  await expect.poll(() => gateway.state.notices.telling).toBe(0);
  expect(listener.heard).toEqual([]);
});
