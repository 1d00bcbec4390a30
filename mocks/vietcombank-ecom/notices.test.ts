import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Partner } from '../kit/partner.ts';
import type { NoticeReply } from './notices.ts';
import { type RunningEcom, startEcom } from './server.ts';
import { EcomCaller, type Heard, startProvince } from './test-client.ts';

let bank: RunningEcom;
let caller: EcomCaller;
let province: Partner<Heard>;

beforeEach(async () => {
  province = await startProvince(() => bank);
  bank = await startEcom({ settings: { notifyUrl: province.url, noticeRetryMs: 5, noticeAttempts: 3 } });
  caller = new EcomCaller(bank);
});
afterEach(async () => {
  province.close();
  await bank.close();
});

interface Acted {
  readonly notices: NoticeReply[];
}
const act = (reference: string, order: object = {}): Promise<Acted> =>
  caller.control('POST', 'acts', { reference, act: 'pay', ...order });
const told = () => province.heard.map(({ inner }) => inner.trans_id);

test('a notice is encrypted and signed by its formula, and its answer kept', async () => {
  await caller.verify('LT-1');
  const { notices } = await act('LT-1');
  expect(province.heard).toEqual([
    {
      sound: true,
      outer: { PartnerTranId: 'LT-1', Data: expect.any(String), Signature: expect.any(String) },
      inner: {
        errCode: '00',
        errDesc: 'Thành công',
        VcbTranId: 'VCB000000001',
        PartnerId: 'DEMO03',
        amount: '50000',
        trans_id: 'LT-1',
      },
    },
  ]);
  expect(notices).toMatchObject([{ reference: 'LT-1', attempt: 1, status: 200, taken: true }]);
  expect((await caller.control<Acted>('GET', 'notices')).notices).toHaveLength(1);
});

test('it comes again until it is taken, and is given up in the end', async () => {
  await caller.verify('LT-1');
  await caller.verify('LT-2');
  province.answer = () => ({ errCode: province.heard.length < 2 ? '99' : '0' });
  expect((await act('LT-1')).notices.map(({ taken }) => taken)).toEqual([false, true]);
  province.answer = () => 'no';
  expect((await act('LT-2')).notices.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect(bank.state.counters).toMatchObject({ notices: 5, noticesTaken: 1 });
  bank.state.configure({ takenBy: 'status' });
  expect((await act('LT-2', { act: 'pay-twice' })).notices.map(({ taken }) => taken)).toEqual([true]);
});

test('a failure is told by its code; money that comes twice has two numbers', async () => {
  await caller.verify('LT-1');
  await act('LT-1', { act: 'fail', code: '17' });
  await caller.verify('LT-2');
  await act('LT-2', { act: 'pay-twice' });
  expect(province.heard.map(({ inner }) => [inner.errCode, inner.VcbTranId])).toEqual([
    ['17', 'VCB000000001'],
    ['00', 'VCB000000002'],
    ['00', 'VCB000000003'],
  ]);
});

test('nobody there is status 0', async () => {
  bank.state.configure({ notifyUrl: 'http://127.0.0.1:1/', noticeAttempts: 1 });
  await caller.verify('LT-1');
  expect((await act('LT-1')).notices).toMatchObject([{ status: 0, taken: false }]);
});

test.each([
  [{ forged: true }, { trans_id: 'LT-1', amount: '50000' }, false],
  [{ amountVnd: 1 }, { trans_id: 'LT-1', amount: '1' }, true],
  [{ reference: 'LT-9' }, { trans_id: 'LT-9', amount: '50000' }, true],
  [{ code: '99' }, { trans_id: 'LT-1', errCode: '99' }, true],
])('with %j it lies, and no more money is taken than the ledger tells', async (notice, inner, sound) => {
  await caller.verify('LT-1');
  await act('LT-1', { notice });
  expect(province.heard).toMatchObject([{ inner, sound }]);
  expect(bank.state.ledger.totals()).toMatchObject({ takenVnd: 50_000, charges: 1 });
});

test('it can be repeated, lost, late, and told again', async () => {
  await caller.verify('LT-1');
  expect((await act('LT-1', { notice: { lost: true } })).notices).toEqual([]);
  const { notices } = await caller.control<Acted>('POST', 'notices', { references: ['LT-1'], repeat: 4 });
  expect([notices.length, told()]).toEqual([4, ['LT-1', 'LT-1', 'LT-1', 'LT-1']]);
  await caller.verify('LT-2');
  expect((await act('LT-2', { notice: { delayMs: 400 }, wait: false })).notices).toBeUndefined();
  expect(told()).not.toContain('LT-2');
  await expect.poll(told).toContain('LT-2');
});

test('those kept back go in another order when they are let go', async () => {
  bank.state.configure({ notice: { held: true } });
  const made = Array.from({ length: 8 }, (_, n) => `LT-${n}`);
  for (const reference of made) {
    await caller.verify(reference);
    await act(reference);
  }
  expect([told(), bank.state.held.length]).toEqual([[], 8]);
  await caller.control('POST', 'notices', { reorder: true });
  expect(told()).not.toEqual(made);
  expect(told().sort()).toEqual(made);
});

test('it can come before verifyPayment is answered, also where that answer is then lost', async () => {
  bank.state.configure({ aheadOfVerify: { act: 'pay' } });
  let answered = false;
  let early: boolean | undefined;
  province.answer = () => {
    early = !answered;
    return { errCode: '00' };
  };
  await caller.verify('LT-1').then(() => {
    answered = true;
  });
  expect([early, told()]).toEqual([true, ['LT-1']]);
  bank.state.addFault({ kind: 'lose-reply', times: 1 });
  await expect(caller.verify('LT-2')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(told()).toEqual(['LT-1', 'LT-2']);
  bank.state.configure({ aheadOfVerify: { act: 'pay', notice: { delayMs: 60_000 } }, aheadMs: 30 });
  expect((await caller.verify('LT-3')).fields.errCode).toBe('00');
});

test('after a reset nothing more is told', async () => {
  await caller.verify('LT-1');
  await act('LT-1', { notice: { delayMs: 400 }, wait: false });
  await caller.control('POST', 'reset');
  await expect.poll(() => bank.state.telling).toBe(0);
  expect(province.heard).toEqual([]);
});
