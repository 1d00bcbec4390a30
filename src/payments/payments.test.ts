import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActOrder } from '../../mocks/payment-platform/plan.ts';
import { smallDossier } from '../../test/kit/body.ts';
import { type Answer, feeOf, openTill, type Till } from '../../test/kit/till.ts';

const CODE = 'H02.15.03-221201-0001';
let till: Till;

interface Payment {
  readonly id: string;
  readonly state: string;
  readonly uncertain: boolean;
  readonly uncertainBecause: string | null;
  readonly reference: string;
  readonly redirectUrl: string | null;
  readonly qr: { readonly text: string } | null;
  readonly surplus: { readonly amount: number } | null;
  readonly facts: readonly { readonly kind: string; readonly source: string }[];
}

beforeEach(async () => {
  till = await openTill();
  await till.dossier(CODE);
});
afterEach(() => till.close());

const open = (more: object = {}): Promise<Answer<Payment>> =>
  till.call<Payment>('POST', '/v1/payments', feeOf(CODE, more));
/** Presses a button of the page, and waits until they have told us. */
function press(reference: string, act: ActOrder['act'], more: Omit<ActOrder, 'act'> = {}) {
  const transaction = till.platform.ledger.get(reference);
  if (transaction === undefined) throw new Error('the platform knows no such payment');
  return till.platform.act(transaction, { act, ...more }).told;
}
const see = async (id: string): Promise<Payment> => (await till.call<Payment>('GET', `/v1/payments/${id}`)).body;
const eventually = async (id: string, state: string): Promise<Payment> => {
  await till.until(async () => (await see(id)).state === state);
  return see(id);
};
const events = async () =>
  (await till.rows<{ type: string }>(`select type from event where type like 'payment.%' order by id`)).map(
    ({ type }) => type,
  );

describe('a payment on the national platform', () => {
  it('I4: is opened, paid on its page, told by a signed notice, and shown to the nation', async () => {
    const opened = await open();
    expect(opened.status).toBe(201);
    expect(opened.body).toMatchObject({ state: 'awaiting-payment', uncertain: false });
    expect(opened.body.redirectUrl).toContain('/payment-platform/pages/');
    await press(opened.body.reference, 'pay');
    const paid = await eventually(opened.body.id, 'paid');
    expect(paid.facts).toMatchObject([{ kind: 'paid', source: 'callback' }]);
    expect(paid.redirectUrl).toBeNull();
    expect(await events()).toEqual(['payment.created', 'payment.paid']);
    expect(await till.rows(`select count(*) as n from exchange where operation = 'sync-dossier'`)).toEqual([{ n: 2 }]);
    expect(till.errors).toEqual([]);
    const timeline = await till.call<{ entries: { kind: string; to: string; payment: string | null }[] }>(
      'GET',
      `/v1/dossiers/${CODE}/timeline`,
    );
    const told = timeline.body.entries.filter(({ kind }) => kind === 'payment');
    expect(told.map(({ to }) => to)).toEqual(['creating', 'awaiting-payment', 'paid']);
    expect(new Set(told.map(({ payment }) => payment))).toEqual(new Set([paid.id]));
  });

  it('a notice that comes a hundred times is one fact', async () => {
    const { body } = await open();
    await press(body.reference, 'pay', { notice: { repeat: 100, concurrency: 10 } });
    const paid = await eventually(body.id, 'paid');
    expect(paid.facts).toHaveLength(1);
    expect(paid.surplus).toBeNull();
  });

  it('a second real payment is a surplus, never dropped', async () => {
    const { body } = await open();
    await press(body.reference, 'pay-twice');
    await till.until(async () => (await see(body.id)).facts.length === 2);
    expect(await see(body.id)).toMatchObject({ state: 'paid', surplus: { amount: 8_000 } });
    expect(await events()).toContain('payment.surplus');
  });

  it('another amount is for a person to look at', async () => {
    const { body } = await open();
    await press(body.reference, 'pay-wrong-amount', { amountVnd: 7_000 });
    expect(await eventually(body.id, 'under-review')).toMatchObject({ uncertain: false });
  });

  it('I7: a forged notice changes nothing', async () => {
    const { body } = await open();
    await press(body.reference, 'fail', { notice: { forged: true, code: '00' } });
    expect(await see(body.id)).toMatchObject({ state: 'awaiting-payment', facts: [] });
  });

  it('what was paid while every notice was lost is learned by asking', async () => {
    const { body } = await open();
    await press(body.reference, 'pay', { notice: { lost: true } });
    expect((await see(body.id)).state).toBe('awaiting-payment');
    const asked = await till.call<Payment>('POST', `/v1/payments/${body.id}/refresh`);
    expect(asked.body).toMatchObject({ state: 'paid', facts: [{ kind: 'paid', source: 'query' }] });
  });

  it('a due that is awaited is not opened a second time, and the same key finds the same payment', async () => {
    const first = await till.call<Payment>('POST', '/v1/payments', feeOf(CODE), { key: 'one' });
    const again = await till.call<Payment>('POST', '/v1/payments', feeOf(CODE), { key: 'one' });
    expect(again.body.id).toBe(first.body.id);
    const other = await open();
    expect(other.status).toBe(409);
    expect(other.headers.get('location')).toBe(`/v1/payments/${first.body.id}`);
    expect(till.platform.counters.inits).toBe(1);
  });

  it('I2: of two requests at once one opens the due', async () => {
    const answers = await Promise.all([open(), open(), open()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(till.platform.counters.inits).toBe(1);
  });

  it('I2: the answer to INIT is lost: it is found out, and given up because nobody has its page', async () => {
    till.platform.addFault({ kind: 'lose-reply', match: { service: 'INIT' } });
    const opened = await open();
    expect(opened.status).toBe(202);
    expect(opened.body).toMatchObject({ state: 'creating', uncertainBecause: 'creation' });
    till.platform.clearFaults();
    // Nobody ever had its page: it gives way.
    const second = await open();
    expect(second.status).toBe(201);
    expect(await see(opened.body.id)).toMatchObject({ state: 'failed' });
  });

  it('is cancelled when they know of no money, and not when they do', async () => {
    const { body } = await open();
    await press(body.reference, 'pay', { notice: { lost: true } });
    const refused = await till.call('POST', `/v1/payments/${body.id}/cancel`);
    expect(refused.status).toBe(409);
    expect((await see(body.id)).state).toBe('paid');
  });
});

describe('a bill that the platform looks up', () => {
  const OWES = 'H02.15.03-221201-0002';
  const fees = [{ kind: 'charge', code: 'LP01', name: 'Lệ phí hộ tịch', amount: { amount: 8_000, currency: 'VND' } }];
  const owe = (more: object = {}) =>
    till.call('PUT', `/v1/dossiers/${OWES}`, { ...smallDossier(OWES, 1), fees, ...more });
  const lookUp = async () => (await till.platform.lookUp(OWES)).bill;
  const ofDossier = async () =>
    (await till.call<{ items: Payment[] }>('GET', `/v1/payments?dossierCode=${OWES}`)).body.items;

  it('is paid without any page of ours, by the notice that names it', async () => {
    await owe();
    const bill = await lookUp();
    expect(bill).toBeDefined();
    const [attempt] = await ofDossier();
    expect(attempt?.reference).toMatch(/^H02\.15\.03-221201-0002\d{14}$/);
    await press(attempt?.reference ?? '', 'pay');
    expect(await eventually(attempt?.id ?? '', 'paid')).toMatchObject({ facts: [{ source: 'callback' }] });
    expect(await lookUp()).toBeUndefined();
    expect(till.platform.counters.inits).toBe(0);
  });

  it('is none where nothing is owed, or a payment stands', async () => {
    await owe({ fees: [] });
    expect(await lookUp()).toBeUndefined();
    expect(await ofDossier()).toEqual([]);
  });

  it('gives way to a page that is opened, and its late notice is a surplus of the due', async () => {
    await owe();
    await lookUp();
    const [attempt] = await ofDossier();
    const opened = await till.call<Payment>('POST', '/v1/payments', feeOf(OWES));
    expect(opened.status).toBe(201);
    expect(await see(attempt?.id ?? '')).toMatchObject({ state: 'failed' });
    expect(await lookUp()).toBeUndefined();
    await press(attempt?.reference ?? '', 'pay');
    await eventually(attempt?.id ?? '', 'paid');
  });
});

describe('a transfer by code', () => {
  it('has its code at once, as text and as images', async () => {
    const { status, body } = await open({ method: 'vietqr' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: 'awaiting-payment', redirectUrl: null });
    expect(body.qr?.text).toContain(body.reference);
    const svg = await till.call<string>('GET', `/v1/payments/${body.id}/qr.svg`);
    expect(svg.body).toContain('<svg');
    expect((await till.call('GET', `/v1/payments/${body.id}/qr.png`)).headers.get('content-type')).toContain(
      'image/png',
    );
    expect((await open({ method: 'vietqr' })).status).toBe(409);
    expect((await till.call('POST', `/v1/payments/${body.id}/cancel`)).status).toBe(200);
    expect((await see(body.id)).state).toBe('cancelled');
  });
});

describe('what cannot be', () => {
  const item = feeOf(CODE).items[0];
  it.each([
    ['a negative amount', { items: [{ ...item, amount: { amount: -1, currency: 'VND' } }] }, 400],
    ['a fraction', { items: [{ ...item, amount: { amount: 1.5, currency: 'VND' } }] }, 400],
    ['nothing', { items: [{ ...item, amount: { amount: 0, currency: 'VND' } }] }, 400],
    ['beyond 2^53', { items: [{ ...item, amount: { amount: 2 ** 60, currency: 'VND' } }] }, 400],
    ['another currency', { items: [{ ...item, amount: { amount: 1, currency: 'USD' } }] }, 400],
    ['one due twice', { items: [item, item] }, 400],
    ['no items', { items: [] }, 400],
    ['an unknown dossier', { dossierCode: 'H02.15.03-221201-9999' }, 422],
    ['an address that is not allowed', { returnUrl: 'https://elsewhere.example/back' }, 422],
  ])('%s is a problem that names the field, and nothing is written', async (_, more, status) => {
    const answer = await open(more);
    expect(answer.status).toBe(status);
    expect((answer.body as unknown as { errors: { pointer: string }[] }).errors[0]?.pointer).toMatch(/^\//);
    expect(await till.rows('select count(*) as n from payment')).toEqual([{ n: 0 }]);
    expect(till.platform.counters.inits).toBe(0);
  });
});
