import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NoticeReply } from './notices.ts';
import { type Message, noticeSeal } from './seals.ts';
import { type RunningPlatform, startPlatform } from './server.ts';
import { PlatformCaller, type Province, startProvince } from './test-client.ts';

let platform: RunningPlatform;
let caller: PlatformCaller;
let province: Province;
let now: number;

beforeEach(async () => {
  province = await startProvince();
  now = Date.UTC(2026, 10, 30, 1);
  platform = await startPlatform({
    clock: () => now,
    settings: { notifyUrl: province.url, noticeRetryMs: 5, noticeAttempts: 3 },
  });
  caller = new PlatformCaller(platform);
});
afterEach(async () => {
  province.close();
  await platform.close();
});

interface Acted {
  readonly transaction: Message;
  readonly notices: NoticeReply[];
}
const act = (reference: string, order: object = {}): Promise<Acted> =>
  caller.control('POST', 'acts', { reference, act: 'pay', ...order });
const told = () => province.heard.map(({ MaThamChieu }) => MaThamChieu);

test('a notice is sealed by its formula and its answer kept', async () => {
  await caller.init('LT-1');
  const { notices } = await act('LT-1');
  const [heard = {}] = province.heard;
  expect(heard).toMatchObject({ MaLoi: '00', MaDoiTac: 'DEMO02', MaThamChieu: 'LT-1', SoTien: 50_000 });
  expect(heard.ThoiGianGD).toBe('20261130080000');
  expect(heard.MaXacThuc).toBe(noticeSeal(heard, 'demo-key'));
  expect(heard.MaGiaoDich).toBe(platform.state.ledger.get('LT-1')?.charges[0]?.number);
  expect(notices).toMatchObject([{ reference: 'LT-1', attempt: 1, status: 200, code: '00' }]);
  expect(notices[0]?.answer).toMatchObject({ MaLoi: '00', MaThamChieu: 'LT-1', MaXacThuc: heard.MaXacThuc });
  expect(platform.state.notices).toHaveLength(1);
});

test('it comes again until 00, and is given up in the end', async () => {
  await caller.init('LT-1');
  await caller.init('LT-2');
  province.answer = () => ({ MaLoi: province.heard.length < 2 ? '99' : '00' });
  expect((await act('LT-1')).notices.map(({ code }) => code)).toEqual(['99', '00']);
  province.answer = () => 'no';
  expect((await act('LT-2')).notices.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect(platform.state.counters).toMatchObject({ notices: 5, noticesTaken: 1 });
});

test('a failure is told by its code, and taken when that code comes back', async () => {
  await caller.init('LT-1');
  const { notices } = await act('LT-1', { act: 'fail', code: '123' });
  expect(notices.map(({ code }) => code)).toEqual(['123']);
  expect(province.heard[0]).toMatchObject({ MaLoi: '123', MaGiaoDich: '' });
  now += 60_000;
  await caller.control('POST', 'notices', { references: ['LT-1'] });
  expect(province.heard[1]).toEqual(province.heard[0]);
});

test('nobody there is status 0', async () => {
  platform.state.configure({ notifyUrl: 'http://127.0.0.1:1/', noticeAttempts: 1 });
  await caller.init('LT-1');
  const { notices } = await act('LT-1');
  expect(notices).toMatchObject([{ status: 0, body: expect.stringContaining('fetch failed') }]);
  expect(notices[0]).not.toHaveProperty('code');
});

test.each([
  [{ forged: true }, { MaThamChieu: 'LT-1', SoTien: 50_000 }, false],
  [{ amountVnd: 1 }, { MaThamChieu: 'LT-1', SoTien: 1 }, true],
  [{ reference: 'LT-9' }, { MaThamChieu: 'LT-9', SoTien: 50_000 }, true],
  [{ code: '99' }, { MaThamChieu: 'LT-1', MaLoi: '99' }, true],
])('with %j it lies, and no more money is taken than the ledger tells', async (notice, heard, sound) => {
  await caller.init('LT-1');
  await act('LT-1', { notice });
  const [message = {}] = province.heard;
  expect(message).toMatchObject(heard);
  expect(message.MaXacThuc === noticeSeal(message, 'demo-key')).toBe(sound);
  expect(platform.state.ledger.totals()).toMatchObject({ takenVnd: 50_000, charges: 1 });
});

test('it can be repeated, lost, and told again later', async () => {
  await caller.init('LT-1');
  expect((await act('LT-1', { notice: { lost: true } })).notices).toEqual([]);
  expect(province.heard).toEqual([]);
  const { notices } = await caller.control<Acted>('POST', 'notices', { references: ['LT-1'], repeat: 4 });
  expect([notices.length, told()]).toEqual([4, ['LT-1', 'LT-1', 'LT-1', 'LT-1']]);
  expect(new Set(province.heard.map(({ MaXacThuc }) => MaXacThuc)).size).toBe(1);
});

test('it can be late; the act is answered at once where nobody waits', async () => {
  await caller.init('LT-1');
  const { transaction, notices } = await act('LT-1', { notice: { delayMs: 400 }, wait: false });
  expect([transaction.status, notices, told()]).toEqual(['paid', undefined, []]);
  await expect.poll(told).toEqual(['LT-1']);
});

test('those kept back go in another order when they are let go', async () => {
  platform.state.configure({ notice: { held: true } });
  const made = Array.from({ length: 8 }, (_, n) => `LT-${n}`);
  for (const reference of made) {
    await caller.init(reference);
    await act(reference);
  }
  expect([told(), platform.state.held.length]).toEqual([[], 8]);
  await caller.control('POST', 'notices', { reorder: true });
  expect(told()).not.toEqual(made);
  expect(told().sort()).toEqual(made);
  expect(platform.state.held).toEqual([]);
});

test('it can come before INIT is answered, also where that answer is then lost', async () => {
  platform.state.configure({ aheadOfInit: { act: 'pay' } });
  let answered = false;
  let early: boolean | undefined;
  province.answer = () => {
    early = !answered;
    return { MaLoi: '00' };
  };
  await caller.init('LT-1').then(() => {
    answered = true;
  });
  expect([early, told()]).toEqual([true, ['LT-1']]);
  platform.state.addFault({ kind: 'lose-reply', times: 1 });
  await expect(caller.init('LT-2')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(told()).toEqual(['LT-1', 'LT-2']);
});

test('an INIT that waits for a notice that nobody takes is answered all the same', async () => {
  platform.state.configure({ aheadOfInit: { act: 'pay', notice: { delayMs: 60_000 } }, aheadMs: 30 });
  expect((await caller.init('LT-1')).json.MaLoi).toBe('00');
  expect(told()).toEqual([]);
});

test('after a reset nothing more is told', async () => {
  await caller.init('LT-1');
  await act('LT-1', { notice: { delayMs: 400 }, wait: false });
  await caller.control('POST', 'reset');
  await expect.poll(() => platform.state.telling).toBe(0);
  expect(province.heard).toEqual([]);
});
