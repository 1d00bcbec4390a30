import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FeeOffice, openFeeOffice, type Provider, providers } from '../../test/kit/fee-office.ts';
import { freshKeyring, HOUSE_KEY, type HouseOptions } from '../../test/kit/house.ts';
import { openStore } from '../../test/kit/store.ts';
import { webDigest } from '../crypto/vault-web.ts';
import { holdAgainst } from '../journal/held.ts';
import { createChange } from '../payments/change.ts';
import { newId } from '../platform.ts';
import { journalled } from '../runtime/journalled.ts';
import type { Engine } from '../store/engine.ts';
import { type FeeReceiptRow, move, postpone, receiptOfPayment } from './statements.ts';

const CODE = 'H02.15.03-221207-0001';
const TWO = [
  { kind: 'charge', code: 'LP01', name: 'Lệ phí hộ tịch', amount: { amount: 20_000, currency: 'VND' } },
  { kind: 'fee', code: 'P02', name: 'Phí bản sao', amount: { amount: 30_000, currency: 'VND' } },
];

interface View {
  readonly state: string;
  readonly key: string | null;
  readonly number: string | null;
  readonly series: string | null;
  readonly form: string | null;
  readonly issuedAt: string | null;
  readonly amount: { readonly amount: number };
  readonly document: string;
}
let provider: Provider;
let office: FeeOffice;

const seen = async (id: string) => (await office.call<View>('GET', `/v1/payments/${id}/fee-receipt`)).body;
const stands = (id: string, state: string, more: Partial<View> = {}) =>
  office.until(async () => {
    const view = await seen(id);
    return view.state === state && Object.entries(more).every(([name, value]) => view[name as keyof View] === value);
  });
const document = (id: string, query = '?reveal=kiem-tra') =>
  fetch(`${office.url}/v1/payments/${id}/fee-receipt/document${query}`, {
    headers: { authorization: `Bearer ${HOUSE_KEY}` },
  });
/** Money went back, or came, as two people say. */
async function giveBack(
  { id, reference }: { readonly id: string; readonly reference: string },
  amount: number,
  kind: 'refunded' | 'paid' = 'refunded',
) {
  const { parts } = office;
  const fact = {
    ...{ id: newId(parts.platform, 'fact'), kind, amount, currency: 'VND', transaction: null },
    ...{ key: `test:${newId(parts.platform, 'k')}`, at: null, source: 'person' as const, attested: 1 as const },
    ...{ replaces: [], code: null },
  };
  const changed = await createChange(parts)([{ reference, row: null, facts: [fact] }], { actor: 'test' });
  await parts.engine.batch(changed.statements(newId(parts.platform, 't')));
  return id;
}
const events = (id: string) =>
  office.rows<{ type: string; data: string }>(
    `select e.type, e.data from event e where e.type like 'fee-receipt.%' and e.data like '%' || ?1 || '%' order by e.at, e.id`,
    id,
  );
const lines = async (id: string) =>
  (
    await office.rows<{ to_state: string }>(
      `select j.to_state from fee_receipt r join journal j on j.ref = 'fee-receipt:' || r.id where r.payment = ?1 order by j.position`,
      id,
    )
  ).map((row) => row.to_state);
const differences = async () => (await holdAgainst(office.engine, { digest: webDigest, journalled })).first;

describe.each(Object.entries(providers))('an e-receipt of %s', (_kind, start) => {
  beforeEach(async () => {
    provider = await start();
    office = await openFeeOffice(provider.environment);
  });
  afterEach(async () => {
    await office.close();
    await provider.running.close();
  });

  it('is issued once for a payment whose channel makes none, with its PDF', async () => {
    const { id, reference } = await office.paid(CODE);
    await stands(id, 'issued', { document: 'kept' });
    expect(provider.book.totals()).toMatchObject({ receipts: 1, standingVnd: 8_000, duplicatesRefused: 0 });
    expect(provider.book.get(`BL-${reference}`)).toMatchObject({ payer: 'Nguyễn Văn Mẫu', totalVnd: 8_000 });
    const view = await seen(id);
    expect(view).toMatchObject({ key: `BL-${reference}`, amount: { amount: 8_000, currency: 'VND' }, cause: null });
    expect(view.number).toMatch(/1$/);
    expect([view.form, view.series]).toEqual([
      provider.environment.RECEIPTS_PATTERN,
      provider.environment.RECEIPTS_SERIAL,
    ]);
    expect(view.issuedAt).toMatch(/\+07:00$/);
    const pdf = await document(id);
    expect([pdf.status, pdf.headers.get('content-type'), pdf.headers.get('x-receipt-state')]).toEqual([
      ...[200, 'application/pdf', 'kept'],
    ]);
    expect(await pdf.text()).toContain(`BL-${reference}`);
    expect((await document(id, '')).status).toBe(400);
    expect(await lines(id)).toEqual(['due', 'issuing', 'issued', 'document: kept']);
    expect((await events(id)).map(({ type }) => type)).toEqual(['fee-receipt.issued']);
    expect(await differences()).toEqual([]);
    expect(office.errors).toEqual([]);
  });

  it('whose answer was lost is found by its key, and never made a second time', async () => {
    provider.running.state.addFault({ kind: 'lose-reply', times: 1, match: { service: provider.services.issue } });
    const { id, reference } = await office.paid(CODE);
    await stands(id, 'issued', { document: 'kept' });
    expect(provider.book.totals()).toMatchObject({ receipts: 1, issued: 1 });
    expect((await seen(id)).key).toBe(`BL-${reference}`);
    expect(await lines(id)).toEqual(expect.arrayContaining(['uncertain', 'issued']));
    expect((await events(id)).length).toBe(1);
  });

  it('that never arrived is asked about, and issued by another step under the same key', async () => {
    provider.running.state.addFault({
      kind: 'reset-before-acting',
      times: 1,
      match: { service: provider.services.issue },
    });
    const { id, reference } = await office.paid(CODE);
    await office.until(async () => (await lines(id)).filter((state) => state === 'due').length === 2);
    // As if its time had come.
    await office.rows('update fee_receipt set due_at = 0 where payment = ?1 returning id', id);
    await stands(id, 'issued');
    expect(provider.book.all().map(({ key }) => key)).toEqual([`BL-${reference}`]);
  });

  it('is cancelled once the money went back whole, and its document given on, marked', async () => {
    const payment = await office.paid(CODE);
    await stands(payment.id, 'issued', { document: 'kept' });
    await giveBack(payment, 8_000);
    await stands(payment.id, 'cancelled');
    expect(provider.book.totals()).toMatchObject({ receipts: 1, cancelled: 1, standingVnd: 0 });
    expect((await seen(payment.id)).amount.amount).toBe(0);
    const pdf = await document(payment.id);
    expect([pdf.status, pdf.headers.get('x-receipt-state')]).toEqual([200, 'inactive']);
    await pdf.body?.cancel();
    expect((await events(payment.id)).map(({ type }) => type)).toEqual(['fee-receipt.issued', 'fee-receipt.cancelled']);
    expect(await differences()).toEqual([]);
    await giveBack(payment, 8_000, 'paid');
    await stands(payment.id, 'issued', { key: `BL-${payment.reference}-2`, document: 'kept' });
    expect(provider.book.totals()).toMatchObject({ receipts: 2, cancelled: 1, standingVnd: 8_000 });
  });

  it('gives way to one of what is left, each time money went back, and is cancelled in the end', async () => {
    const payment = await office.paid(CODE, { items: TWO });
    await stands(payment.id, 'issued', { document: 'kept' });
    await giveBack(payment, 20_000);
    await stands(payment.id, 'issued', { key: `BL-${payment.reference}-2`, document: 'kept' });
    expect(provider.book.get(`BL-${payment.reference}-2`)).toMatchObject({
      ...{ totalVnd: 30_000, insteadOf: `BL-${payment.reference}`, state: 'issued' },
    });
    expect(await (await document(payment.id)).text()).toContain('30000 VND');
    await giveBack(payment, 10_000);
    await stands(payment.id, 'issued', { key: `BL-${payment.reference}-3` });
    await giveBack(payment, 20_000);
    await stands(payment.id, 'cancelled');
    expect(provider.book.totals()).toMatchObject({ receipts: 3, replaced: 2, cancelled: 1, standingVnd: 0 });
    expect(await differences()).toEqual([]);
  });

  it('of which they say no is told so, and nothing is tried again', async () => {
    provider.running.state.addFault({ kind: 'reject', ...provider.no, match: { service: provider.services.issue } });
    const { id } = await office.paid(CODE);
    await stands(id, 'refused');
    expect(await seen(id)).toMatchObject({ key: null, number: null, cause: provider.no.code, document: 'none' });
    expect(provider.book.totals().receipts).toBe(0);
    expect((await document(id)).status).toBe(409);
    expect(await office.rows('select due_at, act from fee_receipt')).toEqual([{ due_at: null, act: null }]);
    expect(await events(id)).toEqual([]);
    expect(await differences()).toEqual([]);
  });

  it('I6: is erased with its payer, and nothing is issued for somebody who was erased', async () => {
    const { id } = await office.paid(CODE);
    await stands(id, 'issued', { document: 'kept' });
    const [row] = await office.rows<{ subject: string }>('select subject from payment where id = ?1', id);
    const path = `/v1/admin/subjects/${row?.subject ?? ''}/erase`;
    expect((await office.call('POST', path, { reason: 'theo yêu cầu' })).status).toBe(200);
    expect((await document(id)).status).toBe(410);
    expect(await office.rows('select state from file')).toEqual([{ state: 'erasing' }]);
  });
});

describe('a gateway that is started anew', () => {
  it('issues one receipt, whether it died before or after issuing', async () => {
    provider = await providers.vnpt();
    const engine = await openStore();
    const on = { engine: { ...engine, close: async () => {} }, keyring: await freshKeyring() };
    office = await openFeeOffice(provider.environment, on);
    // They act, and say nothing.
    provider.running.state.addFault({ kind: 'lose-reply', times: 1, match: { service: provider.services.issue } });
    const { id } = await office.paid(CODE);
    await office.until(async () => provider.book.totals().receipts === 1);
    await office.close();
    office = await openFeeOffice(provider.environment, on);
    await stands(id, 'issued', { document: 'kept' });
    expect(provider.book.totals()).toMatchObject({ receipts: 1, standingVnd: 8_000 });
    await office.close();
    office = await openFeeOffice(provider.environment, on);
    const other = await office.paid('H02.15.03-221207-0002');
    await stands(other.id, 'issued', { document: 'kept' });
    expect(provider.book.totals()).toMatchObject({ receipts: 2, duplicatesRefused: 0 });
    await office.close();
    await engine.close();
    await provider.running.close();
  });

  it('issues none for what was paid before a service was first configured', async () => {
    provider = await providers.vnpt();
    const engine = await openStore();
    const on = { engine: { ...engine, close: async () => {} }, keyring: await freshKeyring() };
    office = await openFeeOffice({}, on);
    const before = await office.paid(CODE);
    expect((await office.call('GET', `/v1/payments/${before.id}/fee-receipt`)).status).toBe(409);
    expect(await office.rows('select id from fee_receipt')).toEqual([]);
    expect(await office.rows('select name from fee_receipt_feed')).toEqual([]);
    expect(await office.rows(`select id from exchange where operation = 'issue-receipt'`)).toEqual([]);
    await office.until(async () => (await office.rows('select id from event where position is null')).length === 0);
    await office.close();
    office = await openFeeOffice(provider.environment, on);
    const { id } = await office.paid('H02.15.03-221207-0002');
    await stands(id, 'issued');
    expect(provider.book.totals().receipts).toBe(1);
    expect(await office.rows('select payment from fee_receipt')).toEqual([{ payment: id }]);
    await office.close();
    await engine.close();
    await provider.running.close();
  });
});

describe('a gateway that is started without its service, and later with it', () => {
  let on: Pick<HouseOptions, 'engine' | 'keyring' | 'onLine'>;
  let engine: Engine;
  let told: { readonly sentence: string; readonly fields: object }[];
  beforeEach(async () => {
    provider = await providers.vnpt();
    engine = await openStore();
    told = [];
    const onLine = (sentence: string, fields: object) => void told.push({ sentence, fields });
    on = { engine: { ...engine, close: async () => {} }, keyring: await freshKeyring(), onLine };
    office = await openFeeOffice(provider.environment, on);
  });
  afterEach(async () => {
    await office.close();
    await engine.close();
    await provider.running.close();
  });
  const startAnew = async (environment: Readonly<Record<string, string>>) => {
    await office.until(async () => (await office.rows('select id from event where position is null')).length === 0);
    await office.close();
    office = await openFeeOffice(environment, on);
  };
  const behind = () => told.filter(({ sentence }) => sentence.startsWith('e-receipts are behind the payments'));
  const positions = () => office.rows<{ position: number }>('select position from fee_receipt_feed');

  it('issues then what was paid meanwhile, cancels what went back meanwhile, and says once how much waits', async () => {
    const first = await office.paid(CODE);
    await stands(first.id, 'issued', { document: 'kept' });
    await startAnew({});
    const position = await positions();
    expect(position).toHaveLength(1);
    const second = await office.paid('H02.15.03-221207-0002');
    await giveBack(first, 8_000);
    expect(provider.book.totals()).toMatchObject({ receipts: 1, standingVnd: 8_000 });
    // Another one without the service changes nothing either.
    await startAnew({});
    expect(await positions()).toEqual(position);
    expect(behind()).toEqual([]);
    await startAnew(provider.environment);
    await stands(second.id, 'issued', { document: 'kept' });
    await stands(first.id, 'cancelled');
    expect(provider.book.totals()).toMatchObject({ receipts: 2, cancelled: 1, standingVnd: 8_000 });
    expect(behind()).toEqual([
      { sentence: expect.any(String), fields: expect.objectContaining({ count: 2, ageMs: expect.any(Number) }) },
    ]);
    await startAnew(provider.environment);
    expect(behind()).toHaveLength(1);
  });

  it.each(['kept', 'dropped'])('cancels a receipt whose replacement was refused, its position %s', async (kept) => {
    const payment = await office.paid(CODE, { items: TWO });
    await stands(payment.id, 'issued', { document: 'kept' });
    provider.running.state.addFault({ kind: 'reject', ...provider.no, match: { service: provider.services.replace } });
    await giveBack(payment, 20_000);
    await stands(payment.id, 'refused', { document: 'kept' });
    expect((await seen(payment.id)).amount.amount).toBe(50_000);
    await startAnew({});
    if (kept === 'dropped') await office.rows('delete from fee_receipt_feed returning name');
    await giveBack(payment, 30_000);
    await startAnew(provider.environment);
    await stands(payment.id, 'cancelled');
    expect(provider.book.totals()).toMatchObject({ receipts: 1, cancelled: 1, standingVnd: 0 });
    expect(await differences()).toEqual([]);
  });

  it('whose position was dropped issues none for what was paid meanwhile, and asks after what was in doubt', async () => {
    const patient = { RECEIPTS_POLICY: JSON.stringify({ timeoutMs: 1_000, quietMs: 600_000 }) };
    await startAnew({ ...provider.environment, ...patient });
    provider.running.state.addFault({ kind: 'lose-reply', times: 1, match: { service: provider.services.issue } });
    const doubtful = await office.paid(CODE);
    await stands(doubtful.id, 'uncertain');
    await startAnew({});
    await office.rows('delete from fee_receipt_feed returning name');
    const meanwhile = await office.paid('H02.15.03-221207-0002');
    await giveBack(doubtful, 8_000);
    await startAnew({ ...provider.environment, ...patient });
    await stands(doubtful.id, 'cancelled');
    expect(behind()).toEqual([]);
    expect((await office.call('GET', `/v1/payments/${meanwhile.id}/fee-receipt`)).status).toBe(409);
    expect(provider.book.totals()).toMatchObject({ receipts: 1, cancelled: 1, standingVnd: 0 });
  });
});

describe('a receipt of which nobody can tell', () => {
  it('is asked for by its key once a person stated that it was issued; what comes too late changes nothing', async () => {
    provider = await providers.vnpt();
    office = await openFeeOffice({
      ...provider.environment,
      // They are not asked by themselves while this runs.
      RECEIPTS_POLICY: JSON.stringify({ timeoutMs: 1_000, quietMs: 600_000 }),
    });
    provider.running.state.addFault({ kind: 'lose-reply', times: 1, match: { service: provider.services.issue } });
    const { id, reference } = await office.paid(CODE);
    await stands(id, 'uncertain');
    await office.rows('update fee_receipt set due_at = 0 where payment = ?1 returning id', id);
    await stands(id, 'issued', { document: 'kept' });
    expect(await seen(id)).toMatchObject({ key: `BL-${reference}`, amount: { amount: 8_000 } });
    expect(provider.book.totals()).toMatchObject({ receipts: 1, duplicatesRefused: 0 });
    const [row] = await office.engine.all<FeeReceiptRow>(receiptOfPayment(id));
    if (row === undefined) throw new Error('it stands');
    const seenBefore = { ...row, version: row.version - 1 };
    await office.engine.batch(move(seenBefore, { state: 'cancelled', act: null }, 't_late'));
    await office.engine.batch([postpone(seenBefore, { waitMs: 0 }, 't_late')]);
    expect(await office.engine.all<FeeReceiptRow>(receiptOfPayment(id))).toMatchObject([
      { version: row.version, state: 'issued', due_at: null },
    ]);
    expect((await lines(id)).at(-1)).toBe('document: kept');
    await office.close();
    await provider.running.close();
  });
});

it('a payment whose channel makes a receipt has none of these', async () => {
  provider = await providers.vnpt();
  office = await openFeeOffice(provider.environment);
  await office.dossier(CODE);
  const { body } = await office.call<{ id: string; reference: string }>('POST', '/v1/payments', {
    ...{ dossierCode: CODE, method: 'national', items: TWO, payer: { name: 'Nguyễn Văn Mẫu' } },
    description: 'Le phi ho tich',
  });
  const transaction = office.platform.ledger.get(body.reference);
  if (transaction === undefined) throw new Error('the platform knows no such payment');
  await office.platform.act(transaction, { act: 'pay' }).told;
  const { id } = await office.paid('H02.15.03-221207-0002');
  await stands(id, 'issued');
  const missing = await office.call<{ code: string }>('GET', `/v1/payments/${body.id}/fee-receipt`);
  expect([missing.status, missing.body.code]).toEqual([409, 'no-receipt']);
  expect(provider.book.totals().receipts).toBe(1);
  expect((await office.call('GET', '/v1/payments/pay_none/fee-receipt')).status).toBe(404);
  await office.close();
  await provider.running.close();
});
