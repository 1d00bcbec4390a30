import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryFiles } from '../../test/kit/files.ts';
import { HOUSE_KEY } from '../../test/kit/house.ts';
import { type Answer, feeOf, openTill, type Till } from '../../test/kit/till.ts';
import { FileStoreUnavailable } from '../file-store/file-store.ts';
import type { Loop } from '../loop.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { createChange } from './change.ts';
import { findReceipt } from './receipt-standing.ts';
import { keepReceipt, postponeReceipt } from './receipt-statements.ts';
import { RECEIPT_WAITS_MS } from './receipts.ts';
import { payments } from './room.ts';

const CODE = 'H02.15.03-221201-0001';
const OTHER = 'H02.15.03-221201-0002';
let till: Till;
let parts: RoomParts;

interface Payment {
  readonly id: string;
  readonly reference: string;
  readonly state: string;
  readonly receipt: { readonly state: string };
}
interface Refusal {
  readonly code: string;
  readonly why: string;
}

beforeEach(async () => {
  const probe = {
    name: 'probe',
    create: (given: RoomParts) => {
      parts = given;
      return {};
    },
  };
  till = await openTill({}, [probe]);
  await till.dossier(CODE);
});
afterEach(() => till.close());

/** The loop as the room makes it, of a process of its own: that of the till itself first looks after these tests. */
function fetching(owner: string, more: Partial<RoomParts> = {}): Loop {
  const loop = payments.create({ ...parts, ...more, owner }).loops?.find(({ name }) => name === 'receipts');
  if (loop === undefined) throw new Error('the room fetches no receipts');
  return loop;
}
const open = async (more: object = {}): Promise<Payment> =>
  (await till.call<Payment>('POST', '/v1/payments', feeOf(CODE, more))).body;
const see = async (id: string): Promise<Payment> => (await till.call<Payment>('GET', `/v1/payments/${id}`)).body;
async function pay(): Promise<Payment> {
  const { id, reference } = await open();
  const transaction = till.platform.ledger.get(reference);
  if (transaction === undefined) throw new Error('the platform knows no such payment');
  await till.platform.act(transaction, { act: 'pay' }).told;
  await till.until(async () => (await see(id)).state === 'paid');
  return see(id);
}
/** As if its time had come. */
async function fetchAgain(loop: Loop): Promise<void> {
  await till.rows(`update payment_receipt set due_at = 0 where state = 'due' returning payment`);
  await loop.tick();
}
const rowOf = async () =>
  (
    await till.rows<{ state: string; tries: number; file: string | null; wait: number }>(
      'select state, tries, file, due_at - {now} as wait from payment_receipt',
    )
  )[0];
const get = (id: string, query = '?reveal=kiem-tra', key = HOUSE_KEY) =>
  fetch(`${till.url}/v1/payments/${id}/receipt${query}`, { headers: { authorization: `Bearer ${key}` } });
const refused = (id: string): Promise<Answer<Refusal>> =>
  till.call<Refusal>('GET', `/v1/payments/${id}/receipt?reveal=kiem-tra`);
const erase = async (subject: string) =>
  expect((await till.call('POST', `/v1/admin/subjects/${subject}/erase`, { reason: 'theo yêu cầu' })).status).toBe(200);
const subjectOf = async (id: string): Promise<string> =>
  (await till.rows<{ subject: string }>('select subject from payment where id = ?1', id))[0]?.subject ?? '';
/** The money went back, as two people say. */
async function giveBack(reference: string): Promise<void> {
  const fact = {
    ...{ id: newId(parts.platform, 'fact'), key: `test:${reference}:refunded`, kind: 'refunded' as const },
    ...{ amount: 8_000, currency: 'VND', transaction: null, at: null, source: 'person' as const },
    ...{ attested: 1 as const, replaces: [], code: null },
  };
  const changed = await createChange(parts)([{ reference, row: null, facts: [fact] }], { actor: 'test' });
  await till.engine.batch(changed.statements(newId(parts.platform, 't')));
}

describe('the receipt of a payment', () => {
  it('falls due when it is paid, is fetched once, and is handed out to be saved', async () => {
    const { id, reference, receipt } = await pay();
    expect(receipt).toEqual({ state: 'due' });
    const loop = fetching('first');
    await loop.tick();
    await fetchAgain(loop);
    expect(till.platform.counters.bills).toBe(1);
    expect((await see(id)).receipt).toEqual({ state: 'kept' });
    const answer = await get(id);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringMatching(/^%PDF-/)]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': expect.stringContaining(`attachment; filename="bien-lai-${reference}.pdf"`),
      'x-content-type-options': 'nosniff',
      'x-receipt-state': 'kept',
    });
    const lines = await till.rows<{ to_state: string }>(
      `select to_state from journal where ref = ?1 and to_state like 'receipt%'`,
      `payment:${id}`,
    );
    expect(lines).toEqual([{ to_state: 'receipt: kept' }]);
    const seen = await till.rows(`select to_state from journal where to_state = 'revealed: kiem-tra'`);
    expect(seen).toHaveLength(1);
    expect(till.errors).toEqual([]);
  });

  it('I6: shows a person, so that whoever is no program of a system names a purpose', async () => {
    const { id } = await pay();
    await fetching('first').tick();
    expect((await get(id, '')).status).toBe(400);
    const as = async (role: string, query = '') => {
      const asked = { principal: { name: `${role}${query}`, role, kind: role === 'system' ? 'system' : 'person' } };
      const { key } = (await till.call<{ key: string }>('POST', '/v1/admin/keys', asked)).body;
      return (await get(id, query, key)).status;
    };
    expect([await as('system'), await as('finance'), await as('finance', '?reveal=doi-soat')]).toEqual([200, 400, 403]);
  });

  it.each(['short', 'empty', 'not-pdf'] as const)('is kept after it came %s twice', async (spoilt) => {
    Object.assign(till.platform.settings, { spoiltBill: spoilt, spoiltBillCount: 2 });
    const { id } = await pay();
    const loop = fetching('first');
    await loop.tick();
    expect(await rowOf()).toMatchObject({ state: 'due', tries: 1, file: null });
    const early = await refused(id);
    expect([early.status, early.body.code, early.body.why]).toEqual([409, 'no-receipt', 'due']);
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(30);
    await loop.tick();
    expect(await rowOf()).toMatchObject({ tries: 1 });
    await fetchAgain(loop);
    const waiting = await rowOf();
    expect(waiting).toMatchObject({ state: 'due', tries: 2 });
    expect(waiting?.wait).toBeGreaterThan(4 * 60_000);
    await fetchAgain(loop);
    expect(await rowOf()).toMatchObject({ state: 'kept', tries: 3 });
    expect((await get(id)).status).toBe(200);
  });

  it('is never kept when it is no PDF, and is given up aloud after three days', async () => {
    Object.assign(till.platform.settings, { spoiltBill: 'not-pdf', spoiltBillCount: 1_000 });
    const { id } = await pay();
    const loop = fetching('first');
    await loop.tick();
    const days = RECEIPT_WAITS_MS.reduce((sum, ms) => sum + ms, 0) / 86_400_000;
    expect(days).toBeGreaterThan(2.75);
    expect(days).toBeLessThanOrEqual(3);
    await till.rows('update payment_receipt set tries = ?1 returning payment', RECEIPT_WAITS_MS.length);
    expect(till.errors).toEqual([]);
    await fetchAgain(loop);
    expect(till.errors).toEqual([expect.stringContaining('a receipt is given up')]);
    expect((await see(id)).receipt).toEqual({ state: 'given-up' });
    expect((await refused(id)).body).toMatchObject({ code: 'no-receipt', why: 'given-up' });
    expect(await till.rows('select count(*) as n from file')).toEqual([{ n: 0 }]);
  });

  it('is not given up while nothing can be asked', async () => {
    await pay();
    await till.rows('update payment_receipt set tries = ?1 returning payment', RECEIPT_WAITS_MS.length);
    expect((await till.call('POST', '/v1/systems/payment-platform/pause', { reason: 'bảo trì' })).status).toBe(200);
    await fetching('first').tick();
    expect(await rowOf()).toMatchObject({ state: 'due', tries: RECEIPT_WAITS_MS.length });
    expect(till.platform.counters.bills).toBe(0);
  });

  it('is fetched by another process after one that died', async () => {
    Object.assign(till.platform.settings, { spoiltBill: 'short', spoiltBillCount: 1 });
    await pay();
    const first = fetching('first');
    await first.tick();
    await first.stop(1_000);
    await fetchAgain(fetching('second'));
    expect(await rowOf()).toMatchObject({ state: 'kept', tries: 2 });
  });

  it('two that fetch at once keep one', async () => {
    await pay();
    await Promise.all(['first', 'second', 'third'].map((owner) => fetching(owner).tick()));
    expect(await rowOf()).toMatchObject({ state: 'kept', tries: 1 });
    expect(await till.rows(`select count(*) as n from file where state = 'kept'`)).toEqual([{ n: 1 }]);
    expect(till.platform.counters.bills).toBe(1);
  });

  it('of one that was fetched by somebody who believed himself alone, nothing is kept', async () => {
    const { id } = await pay();
    await fetching('first').tick();
    const before = await rowOf();
    const token = newId(parts.platform, 't');
    await till.engine.batch(keepReceipt({ payment: id, tries: 0 }, 'fil_other', token));
    await till.engine.batch(postponeReceipt({ payment: id, tries: 0 }, true, 0, token));
    expect(await rowOf()).toMatchObject({ state: 'kept', tries: 1, file: before?.file });
  });

  it('is fetched again, and never given up, while our own place takes nothing', async () => {
    const { id } = await pay();
    expect(await findReceipt({ ...parts, fileStore: undefined }, id)).toEqual({ kind: 'not-available-here' });
    await till.rows('update payment_receipt set tries = ?1 returning payment', RECEIPT_WAITS_MS.length);
    const silent = { put: () => Promise.reject(new FileStoreUnavailable('full')) };
    await fetching('first', { fileStore: { ...memoryFiles(), ...silent } }).tick();
    expect(await rowOf()).toMatchObject({ state: 'due', tries: RECEIPT_WAITS_MS.length });
    expect(till.errors).toEqual([expect.stringContaining('a file could not be kept')]);
    await fetchAgain(fetching('first'));
    expect((await see(id)).receipt).toEqual({ state: 'kept' });
  });

  it('I6: is erased with its subject', async () => {
    const { id } = await pay();
    await fetching('first').tick();
    await erase(await subjectOf(id));
    expect((await refused(id)).status).toBe(410);
    expect(await till.rows('select state from file')).toEqual([{ state: 'erasing' }]);
  });

  it('I6: is not fetched for somebody who was erased', async () => {
    const { id } = await pay();
    await erase(await subjectOf(id));
    await fetching('first').tick();
    expect(till.platform.counters.bills).toBe(0);
    expect(await rowOf()).toMatchObject({ state: 'given-up', file: null });
    expect((await refused(id)).status).toBe(410);
  });

  it('is inactive once the money went back, and given on, marked', async () => {
    const { id, reference } = await pay();
    await fetching('first').tick();
    await giveBack(reference);
    expect(await see(id)).toMatchObject({ state: 'refunded', receipt: { state: 'inactive' } });
    const answer = await get(id);
    expect([answer.status, answer.headers.get('x-receipt-state')]).toEqual([200, 'inactive']);
    await answer.body?.cancel();
  });

  it('is not fetched any more once the money went back', async () => {
    const { id, reference } = await pay();
    await giveBack(reference);
    await fetching('first').tick();
    expect(till.platform.counters.bills).toBe(0);
    expect((await see(id)).receipt).toEqual({ state: 'none' });
    expect((await refused(id)).body.why).toBe('refunded');
  });
});

describe('there is no receipt', () => {
  it('of no payment, of one that is not paid, and of a transfer: each is told apart', async () => {
    expect((await refused('pay_none')).status).toBe(404);
    const { id, receipt } = await open();
    expect(receipt).toEqual({ state: 'none' });
    expect((await refused(id)).body).toMatchObject({ code: 'no-receipt', why: 'not-paid' });
    await till.dossier(OTHER);
    const transfer = await open({ method: 'vietqr', dossierCode: OTHER });
    expect((await refused(transfer.id)).body).toMatchObject({ code: 'no-receipt', why: 'not-offered' });
    expect(await rowOf()).toBeUndefined();
  });
});
