import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noticeSeal } from '../../adapters/payment-platform/seals.ts';
import type { ActOrder as PlatformOrder } from '../../mocks/payment-platform/plan.ts';
import type { ActOrder } from '../../mocks/vietcombank/plan.ts';
import { type Answer, feeOf, openTill, type Till } from '../../test/kit/till.ts';

const CODE = 'H02.15.03-221201-0001';
const OTHER = 'H02.15.03-221201-0002';
const ACCOUNT = '1012345678';
let till: Till;

interface Payment {
  readonly id: string;
  readonly state: string;
  readonly uncertain: boolean;
  readonly uncertainBecause: string | null;
  readonly reference: string;
  readonly surplus: { readonly amount: number } | null;
  readonly facts: readonly { readonly kind: string; readonly source: string; readonly amount: unknown }[];
}

beforeEach(async () => {
  till = await openTill();
  await till.dossier(CODE);
});
afterEach(() => till.close());

const payer = { name: 'Nguyễn Văn Mẫu', phone: '0900000000', email: 'mau@example.vn', address: 'Bắc Giang' };
const ask = (method: string, code = CODE, key?: string): Promise<Answer<Payment>> =>
  till.call<Payment>('POST', '/v1/payments', feeOf(code, { method, payer }), key === undefined ? {} : { key });
async function open(method: string, code = CODE): Promise<Payment> {
  const { status, body } = await ask(method, code);
  expect(status).toBe(201);
  return body;
}
const see = async (id: string): Promise<Payment> => (await till.call<Payment>('GET', `/v1/payments/${id}`)).body;
async function eventually(id: string, state: string): Promise<Payment> {
  await till.until(async () => (await see(id)).state === state);
  return see(id);
}
const refresh = async (id: string): Promise<Payment> =>
  (await till.call<Payment>('POST', `/v1/payments/${id}/refresh`)).body;
const write = (text: string, ...params: (string | number)[]) => till.engine.batch([{ sql: text, params }]);
function atBank(reference: string, act: ActOrder['act'], more: Omit<ActOrder, 'act'> = {}) {
  const order = till.bank.orders.get(reference);
  if (order === undefined) throw new Error('the bank knows no such order');
  return till.bank.act(order, { act, ...more }).told;
}
function atPlatform(reference: string, act: PlatformOrder['act'], more: Omit<PlatformOrder, 'act'> = {}) {
  const transaction = till.platform.ledger.get(reference);
  if (transaction === undefined) throw new Error('the platform knows no such payment');
  return till.platform.act(transaction, { act, ...more }).told;
}
const transfer = (purpose: string, amountVnd = 8_000, more: object = {}) =>
  till.bank.transfer([{ accountNumber: ACCOUNT, amountVnd, purpose, ...more }]).told;
/** A notice as the platform would seal it. */
async function notice(fields: object) {
  const texts = {
    ...{ LoaiBanTin: 'KETQUA', MaLoi: '00', MaDoiTac: 'DEMO02', MaThamChieu: '', SoTien: '8000', MaTienTe: 'VND' },
    ...{ MaGiaoDich: 'GD1', MaNganHang: 'VCB', ThoiGianGD: '20221201090000', ThongTinGiaoDich: 'Le phi' },
    ...fields,
  };
  const body = JSON.stringify({ ...texts, MaXacThuc: await noticeSeal(texts, 'khoa-bi-mat-thu-nghiem') });
  const answer = await fetch(`${till.url}/callbacks/payment-platform/dpnhankqthanhtoanhs`, {
    ...{ method: 'POST', body, headers: { 'content-type': 'application/json' } },
  });
  expect(answer.status).toBe(200);
}
const acted = (count: number) =>
  till.until(
    async () =>
      (await till.rows<{ n: number }>('select count(*) as n from inbound where acted_at is not null'))[0]?.n === count,
  );
const questions = async (): Promise<number> =>
  (await till.rows<{ n: number }>(`select count(*) as n from call where operation = 'ask-payment'`))[0]?.n ?? 0;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('dues', () => {
  it('a transfer that was cancelled and never paid frees its due', async () => {
    const payment = await open('vietqr');
    expect((await till.call('POST', `/v1/payments/${payment.id}/cancel`)).status).toBe(200);
    await till.call('POST', `/v1/payments/${payment.id}/refresh`);
    expect((await see(payment.id)).uncertainBecause).toBeNull();
    expect((await ask('vietqr')).status).toBe(201);
  });

  it('cancelled at the bank by its word frees the due', async () => {
    const payment = await open('vietcombank');
    expect((await till.call('POST', `/v1/payments/${payment.id}/cancel`)).status).toBe(200);
    await refresh(payment.id);
    expect((await ask('vietcombank')).status).toBe(201);
  });

  it('two payments of one due that are both paid: the later is a surplus', async () => {
    const first = await open('vietcombank');
    await till.call('POST', `/v1/payments/${first.id}/cancel`);
    await refresh(first.id);
    const second = await open('vietcombank');
    await atBank(second.reference, 'pay');
    await eventually(second.id, 'paid');
    await atBank(first.reference, 'pay');
    await till.until(async () => (await see(first.id)).facts.length > 0 || (await refresh(first.id)).facts.length > 0);
    expect(await see(first.id)).toMatchObject({ state: 'paid', surplus: { amount: 8_000 } });
  });

  it('one key twice at once is one transfer', async () => {
    const answers = await Promise.all([ask('vietqr', CODE, 'k'), ask('vietqr', CODE, 'k'), ask('vietqr', CODE, 'k')]);
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
    expect(await till.rows('select count(*) as n from payment')).toEqual([{ n: 1 }]);
    expect((await ask('vietqr', CODE, 'k')).status).toBe(201);
  });
});

describe('holds: openings', () => {
  it('two channels at once for one due: one of them', async () => {
    const answers = await Promise.all([ask('national'), ask('vietqr'), ask('vietcombank'), ask('vietqr')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('of three that would replace one in doubt one does, and the one replaced is paid late as a fact', async () => {
    till.platform.addFault({ kind: 'lose-reply', match: { service: 'INIT' }, times: 1 });
    const doubtful = await ask('national');
    expect(doubtful.status).toBe(202);
    const answers = await Promise.all([ask('national'), ask('vietqr'), ask('national')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect((await see(doubtful.body.id)).state).toBe('failed');
    await atPlatform(doubtful.body.reference, 'pay');
    expect((await eventually(doubtful.body.id, 'paid')).facts).toHaveLength(1);
  });

  it('the key of what was never sent begins anew', async () => {
    till.platform.addFault({ kind: 'reject', code: '056', message: 'sai', match: { service: 'INIT' }, times: 1 });
    const refused = await ask('national', CODE, 'r');
    expect(refused.status).toBe(422);
    expect((await ask('national', CODE, 'r')).status).toBe(422);
    expect((await ask('national', CODE, 's')).status).toBe(201);
    expect(till.platform.counters.inits).toBe(1);
  });

  it('one key twice at once at a bank is one order', async () => {
    await Promise.all([ask('vietcombank', CODE, 'b'), ask('vietcombank', CODE, 'b'), ask('vietcombank', CODE, 'b')]);
    expect(till.bank.counters.ordersCreated).toBe(1);
    expect((await ask('vietcombank', CODE, 'b')).status).toBe(201);
  });

  it('what was erased is paid all the same', async () => {
    const payment = await open('national');
    await write(
      `update subject set salt = null, purged_at = {at} where id = (select subject from payment where id = ?1)`,
      payment.id,
    );
    await atPlatform(payment.reference, 'pay');
    expect((await eventually(payment.id, 'paid')).facts).toHaveLength(1);
    expect((await fetch(`${till.url}/return/payment/${payment.reference}`)).status).toBe(200);
  });

  it('two hundred hints of a stranger keep no due from being opened, and ask once', async () => {
    const payment = await open('vietcombank');
    await till.call('POST', `/v1/payments/${payment.id}/cancel`);
    await refresh(payment.id);
    const before = await questions();
    const hint = (n: number) =>
      fetch(`${till.url}/callbacks/vietcombank/notify`, {
        method: 'POST',
        body: new URLSearchParams({ order_code: payment.reference, amount: String(n), status: '3', token_code: 'x' }),
      });
    const [opened] = await Promise.all([
      wait(50).then(() => ask('vietqr')),
      ...Array.from({ length: 200 }, (_, n) => hint(n)),
    ]);
    expect(opened.status).toBe(201);
    await acted(200);
    expect((await questions()) - before).toBeLessThan(3);
    expect(till.errors).toEqual([]);
  });
});

describe('whose word', () => {
  it('I4: the platform’s notice does not pay a payment of another channel', async () => {
    const payment = await open('vietqr');
    await notice({ MaThamChieu: payment.reference });
    await acted(1);
    expect((await see(payment.id)).state).not.toBe('paid');
  });

  it('I4: an amount that is not whole never becomes paid', async () => {
    const payment = await open('national');
    await notice({ MaThamChieu: payment.reference, SoTien: '8000.90' });
    await eventually(payment.id, 'under-review');
    await notice({ MaThamChieu: payment.reference, MaLoi: '116', MaGiaoDich: '' });
    await acted(2);
    expect(await see(payment.id)).toMatchObject({ state: 'under-review' });
  });

  it('an amount of another currency that is not whole is kept', async () => {
    const payment = await open('national');
    await notice({ MaThamChieu: payment.reference, SoTien: '8.5', MaTienTe: 'USD' });
    expect(await eventually(payment.id, 'under-review')).toMatchObject({
      facts: [{ amount: { amount: 8.5, currency: 'USD' } }],
    });
  });

  it('told without a currency first and in đồng afterwards, it is paid', async () => {
    const payment = await open('national');
    await notice({ MaThamChieu: payment.reference, MaTienTe: '' });
    await eventually(payment.id, 'under-review');
    await notice({ MaThamChieu: payment.reference });
    await acted(2);
    expect(await see(payment.id)).toMatchObject({ state: 'paid' });
  });

  it('told once with and once without its transaction, it is one payment', async () => {
    const payment = await open('national');
    await notice({ MaThamChieu: payment.reference });
    await eventually(payment.id, 'paid');
    await notice({ MaThamChieu: payment.reference, MaGiaoDich: '' });
    await acted(2);
    expect(await see(payment.id)).toMatchObject({ state: 'paid', surplus: null });
  });

  it('one transaction id named for two references pays both', async () => {
    await till.dossier(OTHER);
    const [one, two] = [await open('national'), await open('national', OTHER)];
    await notice({ MaThamChieu: one.reference });
    await notice({ MaThamChieu: two.reference });
    await acted(2);
    expect((await see(two.id)).facts).toHaveLength(1);
  });

  it('one transaction id for six references at once: none is paid without a fact', async () => {
    const payments: Payment[] = [];
    for (let n = 1; n <= 6; n++) {
      const code = `H02.15.03-221201-001${n}`;
      await till.dossier(code);
      payments.push(await open('national', code));
    }
    await Promise.all(payments.map(({ reference }) => notice({ MaThamChieu: reference })));
    await acted(6);
    const paid = (await Promise.all(payments.map(({ id }) => see(id)))).filter(({ state }) => state === 'paid');
    expect(paid.map(({ facts }) => facts.length)).toEqual(paid.map(() => 1));
  });

  it('two credits of one reference of the bank, one amount and one day, for two payments, pay both', async () => {
    await till.dossier(OTHER);
    const [one, two] = [await open('vietqr'), await open('vietqr', OTHER)];
    await transfer(one.reference, 8_000, { referenceCode: 'FT22335000001' });
    await transfer(two.reference, 8_000, { referenceCode: 'FT22335000001' });
    await eventually(one.id, 'paid');
    await wait(500);
    expect((await see(two.id)).state).toBe('paid');
  });

  it('the settlement of a national payment on the account is no second money', async () => {
    const payment = await open('national');
    await atPlatform(payment.reference, 'pay');
    await eventually(payment.id, 'paid');
    await transfer(payment.reference);
    await acted(2);
    expect(await see(payment.id)).toMatchObject({ state: 'paid', surplus: null });
  });

  it('holds: a notice that comes before the answer to INIT', async () => {
    till.platform.addFault({ kind: 'lose-reply', match: { service: 'INIT' } });
    const opened = await ask('national');
    expect(opened.status).toBe(202);
    till.platform.clearFaults();
    await atPlatform(opened.body.reference, 'pay');
    expect((await eventually(opened.body.id, 'paid')).facts).toHaveLength(1);
    expect((await ask('national')).status).toBe(409);
  });

  it('holds: ten different notices at once are ten facts', async () => {
    const payment = await open('national');
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => notice({ MaThamChieu: payment.reference, MaGiaoDich: `GD${n}` })),
    );
    await acted(10);
    expect(await see(payment.id)).toMatchObject({ state: 'paid', surplus: { amount: 72_000 } });
    expect((await see(payment.id)).facts).toHaveLength(10);
  });
});

describe('holds: arrival', () => {
  it('notices that come while INIT is being answered are all facts, and its page is kept', async () => {
    till.platform.addFault({ kind: 'delay', ms: 400, match: { service: 'INIT' } });
    const opening = ask('national');
    let reference = '';
    await till.until(async () => {
      reference = (await till.rows<{ reference: string }>('select reference from payment'))[0]?.reference ?? '';
      return reference !== '';
    });
    for (let n = 0; n < 30; n++) {
      await notice({ MaThamChieu: reference, MaGiaoDich: `GD${n}` });
      await wait(20);
    }
    const { body } = await opening;
    await acted(30);
    await till.until(async () => (await till.rows(`select 1 from payment where creation = 'open'`)).length === 1);
    expect((await see(body.id)).facts).toHaveLength(30);
    expect(await till.rows('select watched, page is null as lost from payment')).toEqual([
      { watched: 0, lost: expect.anything() },
    ]);
    expect(till.errors).toEqual([]);
  });

  it.each(['refund', 'revert'] as const)('what was paid and then taken back by %s frees the due', async (act) => {
    const payment = await open('vietcombank');
    await atBank(payment.reference, 'pay');
    await eventually(payment.id, 'paid');
    await wait(10_100);
    await atBank(payment.reference, act);
    await eventually(payment.id, 'refunded');
    expect((await ask('vietcombank')).status).toBe(201);
  });
});

describe('of the design, not there', () => {
  it('a bill is looked up: it is answered', async () => {
    const answer = await fetch(`${till.url}/callbacks/payment-platform/dptracuuthanhtoanhs`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ MaHoSo: CODE }) },
    });
    expect(await answer.json()).toMatchObject({ error_code: 0 });
  });

  it.each([
    ['GET', 'receipt'],
    ['POST', 'facts'],
  ])('%s …/%s exists', async (method, what) => {
    const payment = await open('vietqr');
    await transfer(payment.reference, 7_000);
    await eventually(payment.id, 'under-review');
    const answer = await till.call<{ code?: string }>(
      method,
      `/v1/payments/${payment.id}/${what}`,
      method === 'POST' ? {} : undefined,
    );
    expect(answer.body.code).not.toBe('no-such-route');
    expect([404, 405]).not.toContain(answer.status);
  });
});

describe('asking', () => {
  it('they say pending at the last question: it is asked on', async () => {
    const payment = await open('vietcombank');
    await atBank(payment.reference, 'leave-under-review', { notice: { lost: true } });
    expect((await refresh(payment.id)).uncertainBecause).toBe('pending');
    await write(`update payment set ends_at = {now} - 260000000 where id = ?1`, payment.id);
    await write(`update watch set due_at = {now}, ends_at = {now} - 1 where ref = ?1`, payment.reference);
    await till.until(async () => (till.bank.counters.calls.CheckOrder ?? 0) > 1);
    await wait(700);
    const [watch] = await till.rows<{ due_at: number | null }>(
      'select due_at from watch where ref = ?1',
      payment.reference,
    );
    expect(watch).toEqual({ due_at: expect.any(Number) });
  });

  it('a hint after the end of asking has them asked', async () => {
    const payment = await open('vietcombank');
    await atBank(payment.reference, 'leave-under-review', { notice: { lost: true } });
    expect((await refresh(payment.id)).uncertainBecause).toBe('pending');
    await write(`update payment set ends_at = {now} - 1000 where id = ?1`, payment.id);
    await write(`update watch set due_at = {now}, ends_at = {now} - 1 where ref = ?1`, payment.reference);
    await till.until(async () => (till.bank.counters.calls.CheckOrder ?? 0) > 1);
    await wait(700);
    await atBank(payment.reference, 'pay');
    expect(await eventually(payment.id, 'paid')).toMatchObject({ state: 'paid' });
  });

  it('the last question brings the first doubt: it is written, and nothing fails', async () => {
    const payment = await open('vietcombank');
    await atBank(payment.reference, 'leave-under-review', { notice: { lost: true } });
    await write(`update payment set ends_at = {now} - 1000 where id = ?1`, payment.id);
    await write(`update watch set due_at = {now}, ends_at = {now} - 1 where ref = ?1`, payment.reference);
    await till.until(async () => (till.bank.counters.calls.CheckOrder ?? 0) > 0);
    await wait(700);
    expect(till.errors.join()).not.toContain('journal');
    expect((await see(payment.id)).uncertainBecause).not.toBeNull();
  });

  it('twenty browsers at once ask once', async () => {
    const payment = await open('vietcombank');
    const before = await questions();
    await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`${till.url}/return/payment/${payment.reference}`, { redirect: 'manual' }),
      ),
    );
    expect((await questions()) - before).toBe(1);
  });

  it('paid at the last moment while the notice is lost, the payer who comes back is heard', async () => {
    const payment = await open('vietcombank');
    await write(`update payment set ends_at = {now} - 1000 where id = ?1`, payment.id);
    expect((await refresh(payment.id)).state).toBe('expired');
    // Their clock is a minute behind ours: their page still takes money.
    await atBank(payment.reference, 'pay', { notice: { lost: true } });
    await fetch(`${till.url}/return/payment/${payment.reference}`, { redirect: 'manual' });
    const watches = await till.rows('select ref from watch where ref = ?1', payment.reference);
    expect({ state: (await see(payment.id)).state, watches }).toMatchObject({ state: 'paid' });
  });

  it.each([
    ['/return/payment/', '?token_code=abc&order_code=x'],
    ['/return/payment-platform?data=', '&responseCode=00&secureCode=00&vnp_extra=1'],
  ])('a browser that brings more than was expected is let in: %s', async (path, more) => {
    const payment = await open('vietcombank');
    const answer = await fetch(`${till.url}${path}${payment.reference}${more}`, { redirect: 'manual' });
    expect(answer.status).toBe(200);
  });

  it('lists without a filter, and with each', async () => {
    await open('vietqr');
    for (const query of ['', '?state=awaiting-payment', `?dossierCode=${CODE}`]) {
      const { status } = await till.call('GET', `/v1/payments${query}`);
      expect(`${query} ${status} ${till.errors.join()}`).toBe(`${query} 200 `);
    }
  });

  it.skipIf(process.env.TEST_STORE !== undefined)('personal data is nowhere in clear', async () => {
    const payment = await open('vietcombank');
    await atBank(payment.reference, 'pay');
    await eventually(payment.id, 'paid');
    const tables = await till.rows<{ name: string }>(`select name from sqlite_master where type = 'table'`);
    for (const { name } of tables) {
      const text = JSON.stringify(await till.rows(`select * from ${name}`));
      for (const datum of ['mau@example.vn', '0900000000', 'Văn Mẫu'])
        expect(`${name} ${text.includes(datum)}`).toBe(`${name} false`);
    }
  });
});

describe('money that goes back', () => {
  const keyed = async (method: string, path: string, key: string, body: unknown) => {
    const response = await fetch(`${till.url}${path}`, {
      method,
      headers: {
        ...{ authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as { state?: string; n?: number; code?: string } };
  };
  const person = async (name: string): Promise<string> => {
    const principal = { kind: 'person', name, role: 'finance' };
    return (await till.call<{ key: string }>('POST', '/v1/admin/keys', { principal })).body.key;
  };
  async function paidAtTheBank(): Promise<Payment> {
    const account = {
      ...{ method: 'vietcombank-ecom', bankBin: '970436', accountNumber: ACCOUNT, accountName: 'SO TAI CHINH' },
      ...{ treasuryAccount: null, chapter: null, subItem: null, validFrom: '2020-01-01', validTo: null },
    };
    const put = await till.call('PUT', '/v1/admin/beneficiaries/H02.15.03', { accounts: [account] });
    expect(put.status).toBe(200);
    const payment = await open('vietcombank');
    const theirs = till.ecom.ledger.get(payment.reference);
    if (theirs === undefined) throw new Error('the bank knows no such payment');
    await till.ecom.act(theirs, { act: 'pay' }).told;
    return eventually(payment.id, 'paid');
  }
  const order = { amount: { amount: 8_000, currency: 'VND' }, reason: 'paid in error' };

  it('holds: two asked at once are one; approved twice at once by another it goes back once', async () => {
    const payment = await paidAtTheBank();
    const [an, binh, chi] = [await person('an'), await person('binh'), await person('chi')];
    const at = `/v1/payments/${payment.id}/refunds`;
    const asked = await Promise.all([keyed('POST', at, an, order), keyed('POST', at, binh, order)]);
    expect(asked.map(({ status }) => status).sort()).toEqual([201, 409]);
    const approved = await Promise.all([1, 2, 3].map(() => keyed('POST', `${at}/1/approve`, chi, {})));
    expect(approved.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    await eventually(payment.id, 'refunded');
    expect(till.ecom.ledger.refunds(payment.reference)).toHaveLength(1);
  });

  it('what a program asks for reserves nothing', async () => {
    const payment = await paidAtTheBank();
    const asked = await till.call('POST', `/v1/payments/${payment.id}/refunds`, order);
    expect(asked.status).not.toBe(201);
    expect(await till.rows('select refund_open from payment where id = ?1', payment.id)).toEqual([{ refund_open: 0 }]);
  });

  it('two asked at once leave nothing that waits for a second person beside the one', async () => {
    const payment = await paidAtTheBank();
    const [an, binh] = [await person('an'), await person('binh')];
    const at = `/v1/payments/${payment.id}/refunds`;
    await Promise.all([keyed('POST', at, an, order), keyed('POST', at, binh, order)]);
    expect(await till.rows(`select count(*) as n from approval where state = 'awaiting'`)).toEqual([{ n: 1 }]);
  });

  it('what went back meanwhile is not given back again when it is approved', async () => {
    const payment = await paidAtTheBank();
    const [an, binh] = [await person('an'), await person('binh')];
    const at = `/v1/payments/${payment.id}/refunds`;
    expect((await keyed('POST', at, an, order)).status).toBe(201);
    // As a debit line or two people's fact will write it.
    await write(
      `insert into payment_fact (id, payment, fact_key, kind, amount, currency, source, recorded_at) values ('f-back', ?1, 'k-back', 'reversed', 8000, 'VND', 'statement', {at})`,
      payment.id,
    );
    await refresh(payment.id);
    expect((await see(payment.id)).state).toBe('refunded');
    expect((await keyed('POST', `${at}/1/approve`, binh, {})).status).toBe(409);
  });
});
