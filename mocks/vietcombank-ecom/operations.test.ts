import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningEcom, startEcom } from './server.ts';
import { EcomCaller } from './test-client.ts';

let bank: RunningEcom;
let caller: EcomCaller;
let now: number;

beforeEach(async () => {
  now = Date.UTC(2026, 10, 30, 1);
  bank = await startEcom({ clock: () => now });
  caller = new EcomCaller(bank);
});
afterEach(() => bank.close());

const act = (reference: string, what: string, more: object = {}) =>
  caller.control('POST', 'acts', { reference, act: what, ...more });
const codeOf = async (answer: Promise<{ readonly fields: { readonly errCode?: unknown } }>) =>
  (await answer).fields.errCode;
async function paid(reference: string): Promise<void> {
  await caller.verify(reference);
  await act(reference, 'pay');
}

test('a payment: its page, its number, and what is asked of it afterwards', async () => {
  const { status, headers, fields } = await caller.verify('LT-1');
  expect([status, headers['content-type']]).toEqual([200, 'text/xml; charset=utf-8']);
  expect(fields).toEqual({
    errCode: '00',
    errDesc: 'Thành công',
    VcbTranId: 'VCB000000001',
    redirectUrl: expect.stringMatching(/\/vietcombank-ecom\/pages\//),
  });
  await act('LT-1', 'pay');
  expect((await caller.query('LT-1')).fields).toEqual({
    errCode: '00',
    errDesc: 'Thành công',
    VcbTranId: 'VCB000000002',
    balance: '50000',
    TranStatus: '00',
    queryTranID: 'LT-1',
    VCBTranID: 'VCB000000001',
  });
});

test.each([
  ['pay-wrong-amount', '00'],
  ['leave-pending', '28'],
  ['cancel', '31'],
  ['fail', '31'],
  ['expire', '31'],
  ['pay-after-expiry', '00'],
])('after %s TranStatus is %s', async (what, status) => {
  await caller.verify('LT-1');
  expect((await caller.query('LT-1')).fields.TranStatus).toBe('28');
  await act('LT-1', what);
  expect((await caller.query('LT-1')).fields.TranStatus).toBe(status);
});

test('a page is over after its time', async () => {
  await caller.verify('LT-1');
  now += 30 * 60_000;
  expect((await caller.query('LT-1')).fields.TranStatus).toBe('31');
});

test('what is unknown is 15', async () => {
  expect((await caller.query('LT-9')).fields).toMatchObject({ errCode: '15', VcbTranId: '' });
});

describe('a reference is one payment (I2)', () => {
  test('again it is refused, paid it is 25', async () => {
    await caller.verify('LT-1');
    expect(await codeOf(caller.verify('LT-1'))).toBe('20');
    await act('LT-1', 'pay');
    expect((await caller.verify('LT-1')).fields).toMatchObject({ errCode: '25', VcbTranId: 'VCB000000001' });
    expect(bank.state.ledger.totals()).toMatchObject({ payments: 1, duplicatesRefused: 2 });
  });

  test('or the same page comes back', async () => {
    bank.state.configure({ again: 'same-page' });
    const first = await caller.verify('LT-1');
    expect((await caller.verify('LT-1')).fields).toEqual(first.fields);
    expect(await codeOf(caller.verify('LT-1', { amount: '60000' }))).toBe('20');
    expect(bank.state.ledger.totals().payments).toBe(1);
  });
});

test.each([
  [{ amount: '5e4' }, '12'],
  [{ amount: '50000.0' }, '12'],
  [{ amount: '0' }, '12'],
  [{ amount: '999' }, '13'],
  [{ amount: '500000001' }, '13'],
  [{ currency: 'USD' }, '27'],
])('verifyPayment with %j is %s', async (changes, code) => {
  expect(await codeOf(caller.verify('LT-1', changes))).toBe(code);
  expect(bank.state.ledger.totals().payments).toBe(0);
});

describe('the envelope is judged first', () => {
  const fields = { amount: '50000', currency: 'VND' };
  test.each([
    [{ PartnerId: undefined }, '20'],
    [{ TransactionID: '' }, '20'],
    [{ Data: undefined }, '20'],
    [{ PartnerId: 'DEMO04' }, '11'],
    [{ Signature: undefined }, '69'],
    [{ Signature: 'AAAA' }, '70'],
    [{ TransactionID: 'LT-2' }, '70'],
    [{ Data: 'AAAA' }, '70'],
  ])('%j is %s', async (changes, code) => {
    const outer = { ...caller.sealed('LT-1', fields), ...changes };
    expect(await codeOf(caller.call('verifyPayment', outer))).toBe(code);
    expect(bank.state.counters).toMatchObject({ refusals: 1, payments: 0 });
  });

  test('Data of another key is 68, an operation that is not known 20', async () => {
    const aesSecret = Buffer.alloc(32, 7).toString('base64');
    const held = bank.state.settings.aesSecret;
    bank.state.configure({ aesSecret });
    const outer = caller.sealed('LT-1', fields);
    bank.state.configure({ aesSecret: held });
    expect(await codeOf(caller.call('verifyPayment', outer))).toBe('68');
    expect(await codeOf(caller.call('refundOffline', outer))).toBe('20');
    expect(bank.state.counters).toMatchObject({ badData: 1, payments: 0 });
  });
});

describe('refunds, to the đồng', () => {
  const totals = () => bank.state.ledger.totals();

  test('in parts, never more than was paid', async () => {
    await paid('LT-1');
    expect((await caller.refund('R-1', 'LT-1', { amount: '20000' })).fields).toMatchObject({ errCode: '00' });
    expect(await codeOf(caller.refund('R-2', 'LT-1', { amount: '30001' }))).toBe('13');
    expect(await codeOf(caller.refund('R-2', 'LT-1', { amount: '30000', source: 'ECOM_CARD' }))).toBe('00');
    expect(await codeOf(caller.refund('R-3', 'LT-1', { amount: '1' }))).toBe('7');
    expect(totals()).toMatchObject({ takenVnd: 50_000, refundedVnd: 50_000, refunds: 2 });
    expect((await caller.query('R-1')).fields).toMatchObject({ TranStatus: '00', queryTranID: 'R-1' });
    expect((await caller.query('LT-1')).fields).toMatchObject({ TranStatus: '00', balance: '0' });
  });

  test('a reference is one refund: again it is 7 (I2)', async () => {
    await paid('LT-1');
    await caller.refund('R-1', 'LT-1', { amount: '20000' });
    expect(await codeOf(caller.refund('R-1', 'LT-1', { amount: '20000' }))).toBe('7');
    expect(totals()).toMatchObject({ refundedVnd: 20_000 });
    expect(bank.state.counters.duplicatesRefused).toBe(1);
  });

  test.each([
    [{ amount: 'x' }, '12'],
    [{ source: 'CASH' }, '20'],
    [{ trans_id: 'LT-9' }, '15'],
    [{ VcbTranId: 'VCB999999999' }, '15'],
  ])('%j is %s', async (changes, code) => {
    await paid('LT-1');
    expect(await codeOf(caller.refund('R-1', 'LT-1', changes))).toBe(code);
    expect(await codeOf(caller.query('R-1'))).toBe('15');
    expect(totals().refundedVnd).toBe(0);
  });

  test('of what was never paid it is 7', async () => {
    await caller.verify('LT-1');
    expect(await codeOf(caller.refund('R-1', 'LT-1'))).toBe('7');
  });

  test('an open one holds the money until it ends; a failed one gives it free', async () => {
    bank.state.configure({ refundAs: 'pending' });
    await paid('LT-1');
    expect(await codeOf(caller.refund('R-1', 'LT-1'))).toBe('28');
    expect((await caller.query('R-1')).fields.TranStatus).toBe('28');
    expect(await codeOf(caller.refund('R-2', 'LT-1', { amount: '1' }))).toBe('7');
    await caller.control('POST', 'refunds', { reference: 'R-1', status: 'failed' });
    expect((await caller.query('R-1')).fields.TranStatus).toBe('8');
    bank.state.configure({ refundAs: 'failed' });
    expect(await codeOf(caller.refund('R-2', 'LT-1'))).toBe('8');
    bank.state.configure({ refundAs: 'done' });
    expect(await codeOf(caller.refund('R-3', 'LT-1'))).toBe('00');
    expect(totals()).toMatchObject({ refundedVnd: 50_000, refundingVnd: 0 });
    expect(await caller.control('POST', 'refunds', { reference: 'R-3', status: 'failed' })).toHaveProperty('error');
  });
});

test('success, amounts and a published amount are written as the settings say', async () => {
  bank.state.configure({ successAs: '0', amountAs: 'number', queryAmount: true });
  await paid('LT-1');
  expect((await caller.query('LT-1')).fields).toMatchObject({
    errCode: '0',
    TranStatus: '0',
    balance: 50_000,
    amount: 50_000,
  });
});
