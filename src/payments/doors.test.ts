import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActOrder } from '../../mocks/vietcombank/plan.ts';
import { feeOf, openTill, type Till } from '../../test/kit/till.ts';
import { continuity } from '../journal/continuity.ts';
import type { Line } from '../journal/line.ts';
import { journalled } from '../runtime/journalled.ts';

const CODE = 'H02.15.03-221201-0001';
const ACCOUNT = '1012345678';
let till: Till;

interface Payment {
  readonly id: string;
  readonly state: string;
  readonly reference: string;
  readonly uncertainBecause: string | null;
  readonly surplus: { readonly amount: number } | null;
  readonly facts: readonly { readonly kind: string; readonly source: string }[];
}

beforeEach(async () => {
  till = await openTill();
  await till.dossier(CODE);
});
afterEach(() => till.close());

const open = async (method: string, more: object = {}): Promise<Payment> => {
  const { status, body } = await till.call<Payment>('POST', '/v1/payments', feeOf(CODE, { method, ...more }));
  expect(status).toBe(201);
  return body;
};
const see = async (id: string): Promise<Payment> => (await till.call<Payment>('GET', `/v1/payments/${id}`)).body;
async function eventually(id: string, state: string): Promise<Payment> {
  await till.until(async () => (await see(id)).state === state);
  return see(id);
}
function press(reference: string, act: ActOrder['act'], more: Omit<ActOrder, 'act'> = {}) {
  const order = till.bank.orders.get(reference);
  if (order === undefined) throw new Error('the bank knows no such order');
  return till.bank.act(order, { act, ...more }).told;
}
/** I8: the states that the journal tells of each payment follow one another, whatever stands beside them. */
async function journalFollows() {
  const states = continuity({ kinds: journalled.kinds });
  const lines = await till.rows<{ ref: string; from_state: string | null; to_state: string }>(
    `select ref, from_state, to_state from journal where ref like 'payment:%' order by at, position`,
  );
  for (const { ref, from_state: from, to_state: to } of lines) await states.take({ ref, from, to } as Line);
  expect(states.finish()).toBeUndefined();
}
/** A transfer into the account, as the payer wrote its purpose. */
const transfer = (purpose: string, amountVnd = 8_000, more: object = {}) =>
  till.bank.transfer([{ accountNumber: ACCOUNT, amountVnd, purpose, ...more }]).told;

describe('the gateway of Vietcombank', () => {
  it('I4: its notice is a hint: it is asked, and its answer decides', async () => {
    const payment = await open('vietcombank', {
      payer: { name: 'Nguyễn Văn Mẫu', phone: '0900000000', email: 'mau@example.vn', address: 'Bắc Giang' },
    });
    await press(payment.reference, 'pay');
    expect(await eventually(payment.id, 'paid')).toMatchObject({ facts: [{ kind: 'paid', source: 'query' }] });
    expect(till.errors).toEqual([]);
  });

  it('I7: a notice for an order that nobody paid changes nothing', async () => {
    const payment = await open('vietcombank', {
      payer: { name: 'Nguyễn Văn Mẫu', phone: '0900000000', email: 'mau@example.vn', address: 'Bắc Giang' },
    });
    const body = new URLSearchParams({ order_code: payment.reference, amount: '8000', status: '3', token_code: 'x' });
    const answer = await fetch(`${till.url}/callbacks/vietcombank/notify`, { method: 'POST', body });
    expect(answer.status).toBe(200);
    await till.until(
      async () =>
        (await till.rows<{ n: number }>(`select count(*) as n from call where operation = 'ask-payment'`))[0]?.n !== 0,
    );
    expect(await see(payment.id)).toMatchObject({ state: 'awaiting-payment', facts: [] });
  });
});

describe('a transfer by code', () => {
  it.each([
    ['as it was scanned', (reference: string) => `${reference} ${CODE}`, {}],
    [
      'in the middle of a text, with marks',
      (reference: string) => `nop le phi ${reference.slice(0, 6)}.${reference.slice(6)} cho con`,
      {},
    ],
    ['broken by blanks', (reference: string) => [...reference].join(' '), {}],
    ['with what the sender’s bank appends', (reference: string) => reference, { suffix: 'ft', narrative: 2 }],
  ])('is found by its reference %s', async (_, purpose, more) => {
    const payment = await open('vietqr');
    await transfer(purpose(payment.reference), 8_000, more);
    expect(await eventually(payment.id, 'paid')).toMatchObject({ facts: [{ kind: 'paid', source: 'notice' }] });
  });

  it('announced by two channels, each of them twice, is one credit', async () => {
    const payment = await open('vietqr');
    await till.bank.transfer([{ accountNumber: ACCOUNT, amountVnd: 8_000, purpose: payment.reference, channels: 2 }], {
      repeat: 2,
    }).told;
    expect((await eventually(payment.id, 'paid')).facts).toHaveLength(1);
  });

  it('made twice is a surplus', async () => {
    const payment = await open('vietqr');
    await transfer(payment.reference);
    await transfer(payment.reference);
    await till.until(async () => (await see(payment.id)).facts.length === 2);
    expect(await see(payment.id)).toMatchObject({ state: 'paid', surplus: { amount: 8_000 } });
  });

  it('of another amount, or to another account, is for a person', async () => {
    const payment = await open('vietqr');
    await transfer(payment.reference, 7_999);
    expect((await eventually(payment.id, 'under-review')).facts).toHaveLength(1);
    await till.call('POST', `/v1/payments/${payment.id}/cancel`);
  });

  it('to another account than it was asked for is for a person', async () => {
    const payment = await open('vietqr');
    await transfer(payment.reference, 8_000, { accountNumber: '1099999999' });
    await eventually(payment.id, 'under-review');
  });

  it('I7: forged changes nothing; a misspelt reference pays nobody', async () => {
    const payment = await open('vietqr');
    await till.bank.transfer([{ accountNumber: ACCOUNT, amountVnd: 8_000, purpose: payment.reference }], {
      forged: true,
    }).told;
    const wrong = payment.reference.slice(0, -1) + String((Number(payment.reference.at(-1)) + 1) % 10);
    await transfer(wrong);
    await till.until(
      async () =>
        (await till.rows<{ n: number }>(`select count(*) as n from inbound where acted_at is not null`))[0]?.n !== 0,
    );
    expect(await see(payment.id)).toMatchObject({ state: 'awaiting-payment', facts: [] });
  });
});

describe('money that goes back', () => {
  it('is not offered where the channel has none', async () => {
    const payment = await open('vietqr');
    await transfer(payment.reference);
    await eventually(payment.id, 'paid');
    const asked = await till.call('POST', `/v1/payments/${payment.id}/refunds`, {
      amount: { amount: 8_000, currency: 'VND' },
      reason: 'paid in error',
    });
    expect(asked).toMatchObject({ status: 409, body: { code: 'refund-not-offered' } });
  });
});

describe('what two people state', () => {
  const stated = (more: object) => ({
    ...{ kind: 'paid', amount: { amount: 7_000, currency: 'VND' }, at: '2022-12-01T10:00:00+07:00' },
    ...{ document: 'PT-17', reason: 'the office accepts it', ...more },
  });

  it('I4: accepts another amount in the place of the fact that was in doubt, and not before the second', async () => {
    const payment = await open('vietqr');
    await transfer(payment.reference, 7_000);
    const doubtful = (await eventually(payment.id, 'under-review')).facts as unknown as { id: string }[];
    const path = `/v1/payments/${payment.id}/facts`;
    const [one, other] = [await till.person('finance'), await till.person('finance')];
    const body = stated({ replaces: doubtful.map(({ id }) => id) });
    expect((await till.call('POST', path, stated({ replaces: ['fact_none'] }), { by: one })).status).toBe(400);
    expect((await till.call('POST', path, body)).status).toBe(403);
    expect((await till.call('POST', path, body, { by: one })).status).toBe(201);
    expect((await till.call('POST', `${path}/1/approve`, undefined, { by: one })).status).toBe(403);
    expect((await see(payment.id)).state).toBe('under-review');
    expect((await till.call('POST', `${path}/1/approve`, undefined, { by: other })).status).toBe(200);
    expect(await see(payment.id)).toMatchObject({ state: 'paid', surplus: null });
    expect((await till.call('POST', `${path}/1/approve`, undefined, { by: other })).status).toBe(409);
    await journalFollows();
  });
});

describe('what the browser brings back', () => {
  it('is a hint: the bank is asked, and the payer sent on', async () => {
    const payment = await open('vietcombank', {
      payer: { name: 'Nguyễn Văn Mẫu', phone: '0900000000', email: 'mau@example.vn', address: 'Bắc Giang' },
      returnUrl: 'https://example.vn/ho-so?ma=1',
    });
    await press(payment.reference, 'pay', { notice: { lost: true } });
    const answer = await fetch(`${till.url}/return/payment/${payment.reference}`, { redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`https://example.vn/ho-so?ma=1&payment=${payment.id}&state=paid`);
    expect((await see(payment.id)).state).toBe('paid');
  });

  it('I4: proves nothing, and shows a plain page', async () => {
    const payment = await open('national');
    const answer = await fetch(
      `${till.url}/return/payment-platform?data=${payment.reference}&responseCode=00&secureCode=${'0'.repeat(64)}`,
    );
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toContain('Đang chờ xác nhận');
    expect(html).not.toContain('Mẫu');
    expect((await see(payment.id)).facts).toEqual([]);
    expect((await fetch(`${till.url}/return/payment-platform?data=LT000000000000`)).status).toBe(404);
  });
});

describe('the bank’s own service, where the register says so', () => {
  const refund = (amount: number) => ({ amount: { amount, currency: 'VND' }, reason: 'paid in error' });

  /** Opened through the door that the register names, and paid there. */
  async function paid(): Promise<Payment> {
    const account = {
      ...{ method: 'vietcombank-ecom', bankBin: '970436', accountNumber: '0123456789', accountName: 'UBND phường' },
      ...{ treasuryAccount: null, chapter: null, subItem: null, validFrom: '2022-01-01', validTo: null },
    };
    const put = await till.call('PUT', '/v1/admin/beneficiaries/H02.15.03', { accounts: [account] });
    expect(put.status).toBe(200);
    const payment = await open('vietcombank');
    expect(till.bank.orders.get(payment.reference)).toBeUndefined();
    const held = till.ecom.ledger.get(payment.reference);
    if (held === undefined) throw new Error('the bank knows no such payment');
    await till.ecom.act(held, { act: 'pay' }).told;
    return eventually(payment.id, 'paid');
  }
  const refunds = async (id: string) =>
    (await till.call<{ items: { state: string; n: number }[] }>('GET', `/v1/payments/${id}/refunds`)).body.items;

  it('is opened there, and paid by its signed notice', async () => {
    const payment = await paid();
    expect(payment.facts).toMatchObject([{ kind: 'paid', source: 'callback' }]);
    expect(till.errors).toEqual([]);
  });

  it('I2: a refund is asked by one, approved by another, sent once', async () => {
    const payment = await paid();
    const path = `/v1/payments/${payment.id}/refunds`;
    const [ask, approve] = [await till.person('finance'), await till.person('finance')];
    expect((await till.call('POST', path, refund(9_000), { by: ask })).status).toBe(409);
    expect((await till.call('POST', path, refund(3_000), { by: ask })).status).toBe(201);
    expect((await till.call('POST', path, refund(1_000), { by: ask })).status).toBe(409);
    expect((await till.call('POST', `${path}/1/approve`, undefined, { by: ask })).status).toBe(403);
    expect((await see(payment.id)).uncertainBecause).toBe('refund');
    expect((await till.call('POST', `${path}/1/approve`, undefined, { by: approve })).status).toBe(200);
    await till.until(async () => (await refunds(payment.id))[0]?.state === 'done');
    expect(await see(payment.id)).toMatchObject({ state: 'partly-refunded', uncertainBecause: null });
    expect((await till.call('POST', `${path}/1/approve`, undefined, { by: approve })).status).toBe(409);
    expect(till.ecom.counters.refunds).toBe(1);
    expect((await till.call('POST', path, refund(5_000), { by: ask })).status).toBe(201);
    expect((await till.call('POST', `${path}/2/approve`, undefined, { by: approve })).status).toBe(200);
    expect((await eventually(payment.id, 'refunded')).surplus).toBeNull();
    await journalFollows();
  });

  it('a refund that the bank refuses reserves nothing any more', async () => {
    const payment = await paid();
    const path = `/v1/payments/${payment.id}/refunds`;
    const [ask, approve] = [await till.person('finance'), await till.person('finance')];
    till.ecom.settings.refundAs = 'failed';
    await till.call('POST', path, refund(8_000), { by: ask });
    await till.call('POST', `${path}/1/approve`, undefined, { by: approve });
    await till.until(async () => ['refused', 'uncertain'].includes((await refunds(payment.id))[0]?.state ?? ''));
    expect((await see(payment.id)).state).toBe('paid');
  });
});
