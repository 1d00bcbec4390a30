import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { vietnamTime } from '../../contracts/domain/time.ts';
import type { ActOrder } from '../../mocks/vietcombank/plan.ts';
import { feeOf, openTill, type Till } from '../../test/kit/till.ts';
import { ORDERS_DAYS } from './fetch-orders.ts';

const BASE = '/v1/reconciliation';
const today = vietnamTime(Date.now()).slice(0, 10);
const body = { source: 'vietcombank-orders', date: today };
const payer = { name: 'Nguyễn Văn Mẫu', phone: '0900000000', email: 'mau@example.vn', address: 'Bắc Giang' };

interface Taken {
  readonly id: string;
  readonly code: string;
  readonly lines: number;
  readonly newLines: number;
  readonly statement: string;
  readonly problems: readonly object[];
}
interface Payment {
  readonly id: string;
  readonly state: string;
  readonly reference: string;
}

let till: Till;
beforeEach(async () => {
  till = await openTill();
  till.bank.settings.perPage = 2;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await till.close();
});

let dossiers = 0;
async function opened(): Promise<Payment> {
  dossiers += 1;
  const code = `H02.15.03-221201-${String(dossiers).padStart(4, '0')}`;
  await till.dossier(code);
  const made = await till.call<Payment>('POST', '/v1/payments', feeOf(code, { method: 'vietcombank', payer }));
  expect(made.status).toBe(201);
  return made.body;
}
function atBank(reference: string, act: ActOrder['act'], more: Omit<ActOrder, 'act'> = {}) {
  const order = till.bank.orders.get(reference) ?? expect.fail('the bank knows no such order');
  return till.bank.act(order, { act, ...more }).told;
}
async function paid(): Promise<Payment> {
  const payment = await opened();
  await atBank(payment.reference, 'pay');
  await till.until(async () => (await till.call<Payment>('GET', `/v1/payments/${payment.id}`)).body.state === 'paid');
  return payment;
}
const fetchOrders = (more: Parameters<Till['call']>[3] = {}) =>
  till.call<Taken>('POST', `${BASE}/statements/fetch`, body, more);
const pagesAsked = async () =>
  (await till.rows<{ n: number }>(`select count(*) as n from call where operation = 'list-orders'`))[0]?.n;
const kept = async () =>
  (await till.rows<{ n: number }>('select count(*) as n from statement')).map(({ n }) => Number(n))[0];

it('I5: over several pages, the same list is taken once, and an order of two lists counts once', async () => {
  const [first] = [await paid(), await paid(), await paid(), await opened()];
  const taken = await fetchOrders({ key: 'k1' });
  expect([taken.status, taken.body]).toMatchObject([
    201,
    {
      ...{ source: 'vietcombank-orders', format: 'gateway-orders', account: 'vietcombank-gateway' },
      ...{ lines: 3, newLines: 3, credits: { amount: 24_000, currency: 'VND' }, from: today, to: today },
    },
  ]);
  expect(Number(await pagesAsked())).toBe(2);
  expect(taken.headers.get('location')).toBe(`${BASE}/statements/${taken.body.id}`);
  expect(await till.rows(`select resource from idempotency where route = 'fetchStatement'`)).toEqual([
    { resource: taken.body.id },
  ]);
  expect((await fetchOrders({ key: 'k1' })).body).toEqual(taken.body);
  const again = await fetchOrders();
  expect([again.status, again.body.code, again.body.statement]).toEqual([409, 'already-taken', taken.body.id]);

  await paid();
  const longer = await fetchOrders();
  expect([longer.status, longer.body]).toMatchObject([201, { lines: 4, newLines: 1 }]);
  // Given back meanwhile: its money came all the same, once, and went.
  await atBank(first?.reference ?? '', 'refund', { notice: { lost: true } });
  const later = await fetchOrders();
  expect([later.status, later.body]).toMatchObject([
    201,
    { lines: 5, newLines: 1, credits: { amount: 32_000 }, debits: { amount: 8_000 } },
  ]);
  expect(await till.rows('select count(*) as n from statement_line where repeats = 0')).toEqual([{ n: 5 }]);
});

it('an order that was paid days after it was made is in the list of the day that it was paid', async () => {
  const payment = await paid();
  const order = till.bank.orders.get(payment.reference) ?? expect.fail('no order');
  const madeDaysAgo = async (days: number) => {
    Object.assign(order, { createdAt: Date.now() - days * 86_400_000 });
    return fetchOrders();
  };
  expect((await madeDaysAgo(ORDERS_DAYS)).body).toMatchObject({ lines: 0, newLines: 0 });
  expect((await madeDaysAgo(ORDERS_DAYS - 1)).body).toMatchObject({ lines: 1, newLines: 1, from: today });
});

it('I5: a list that changes while it is paged is refused, and so is one with a page that cannot be had', async () => {
  for (let n = 0; n < 4; n += 1) await paid();
  const all = till.bank.orders.all();
  const asked = vi.spyOn(till.bank.orders, 'all');
  asked.mockReturnValueOnce(all.slice(1));
  const changed = await fetchOrders();
  expect([changed.status, changed.body.code]).toEqual([422, 'unreadable-statement']);
  expect(changed.body.problems).toContainEqual(expect.objectContaining({ column: 'total' }));

  // As many as before, and one of them twice.
  asked.mockReturnValueOnce([all[1], all[2], all[3], all[0]] as typeof all);
  const twice = await fetchOrders();
  expect([twice.status, twice.body.problems]).toMatchObject([
    422,
    expect.arrayContaining([expect.objectContaining({ column: 'token' })]),
  ]);

  asked.mockImplementationOnce(() => {
    till.bank.addFault({ kind: 'outage', mode: 'reset' });
    return all;
  });
  const broken = await fetchOrders();
  expect([broken.status, broken.body.code]).toEqual([502, 'system-failed']);
  expect(await kept()).toBe(0);

  till.bank.faults.clear();
  expect((await fetchOrders()).body).toMatchObject({ lines: 4, newLines: 4 });
});

it('an order that the gateway lists ties to its payment, given back or not; one that is not paid here is a break', async () => {
  const payment = await paid();
  const silent = await opened();
  await atBank(silent.reference, 'pay', { notice: { lost: true } });
  const returned = await paid();
  await atBank(returned.reference, 'refund', { notice: { lost: true } });
  const refreshed = await till.call<Payment>('POST', `/v1/payments/${returned.id}/refresh`);
  expect(refreshed.body.state).toBe('refunded');
  expect((await fetchOrders()).body).toMatchObject({ newLines: 4 });
  const asked = await till.call<{ id: string }>('POST', `${BASE}/runs`, { date: today });
  const path = `${BASE}/runs/${asked.body.id}`;
  const see = async () =>
    (await till.call<{ state: string; totals: readonly object[]; breaks: number }>('GET', path)).body;
  await till.until(async () => (await see()).state !== 'running');
  expect(await see()).toMatchObject({
    ...{ state: 'done', matched: 3, breaks: 1 },
    totals: expect.arrayContaining([expect.objectContaining({ side: 'orders', count: 3, amount: 24_000 })]),
  });
  const { items } = (await till.call<{ items: { rule: string; payments: string[] }[] }>('GET', `${path}/matches`)).body;
  expect(items.map(({ rule, payments }) => [rule, ...payments]).sort()).toEqual(
    [['exact-reference', payment.id], ['exact-reference', returned.id], ['money-returned']].sort(),
  );
  expect((await till.call('GET', `${path}/breaks`)).body).toMatchObject({
    items: [{ kind: 'status', side: 'orders', payment: silent.id }],
  });
});

it('I7: finance alone has it fetched, and no day that has not come', async () => {
  for (const role of ['system', 'operator', 'auditor'] as const)
    expect((await fetchOrders({ by: await till.person(role) })).status).toBe(403);
  expect((await fetchOrders({ by: await till.person('finance') })).status).toBe(201);
  const ahead = { ...body, date: '2199-01-01' };
  expect((await till.call('POST', `${BASE}/statements/fetch`, ahead)).status).toBe(400);
});
