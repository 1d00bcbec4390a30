import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PaidPayment } from '../../mocks/statements/entry.ts';
import { paidMonth } from '../../test/kit/paid-month.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { sql } from '../store/engine.ts';
import { oddities } from './odd.ts';
import type { RunRow } from './run-rows.ts';

const DAY = '2022-12-05';
const NOON = Date.parse(`${DAY}T05:00:00Z`);
const WINDOW = { from: '2022-11-01', to: '2022-12-06' };
const RUN = { id: 'run_1', day: '2022-12-06' } as RunRow;
const ACCOUNT = '0011000000001';

let on: Ground;
beforeEach(async () => {
  on = await ground();
});
afterEach(() => on.engine.close());

const payment = (n: number, account = ACCOUNT): PaidPayment => ({
  ...{ reference: `LT12345678900${n}`, dossierCode: `H02.15.03-221205-000${n}`, amountVnd: 8_000 },
  ...{ channel: 'vietcombank', account, paidAt: NOON, payerName: 'Nguyễn Văn Mẫu' },
});
const write = (text: string, ...params: (string | number | null)[]) => on.engine.batch([sql(text, ...params)]);
/** A file of one side with one line, and the pair of that line with the payment's money. */
async function tied(statement: string, side: string, reference: string): Promise<void> {
  await write(
    `insert into statement (id, subject, source, format, digest, state, lines, fresh, begun_at, alive_at, taken_at, taken_by, side, written_by)
     values (?1, 'sub', 's', 'f', ?1, 'taken', 1, 1, 0, 0, 0, 'an', ?2, 't')`,
    ...[statement, side],
  );
  await write(
    `insert into statement_line (statement, number, row_number, account, currency, day, direction, amount, named, identity, twin, repeats, reversal)
     values (?1, 1, 1, 'gateway', 'VND', ?2, 'credit', 8000, 1, ?1, 1, 0, 0)`,
    ...[statement, DAY],
  );
  await write(
    `insert into reconciliation_tie (day, grp, place, rule, status, fact, payment, statement, number)
     values (?1, ?2, 0, 'exact-reference', 'matched', 'fact_' || ?3, 'pay_' || ?3, ?2, 1)`,
    ...[DAY, statement, reference],
  );
}
/** The account's statement of the bank is there for these days, with nothing in it. */
async function covered(account: string, from: string, to: string, name = 'bank'): Promise<void> {
  await write(
    `insert into statement (id, subject, source, format, digest, state, lines, fresh, begun_at, alive_at, taken_at, taken_by, side, written_by)
     values (?1, 'sub', 's', 'f', ?1, 'taken', 0, 0, 0, 0, 0, 'an', 'bank', 't')`,
    name,
  );
  await write(
    `insert into statement_account (statement, place, account, currency, from_day, to_day, credits, debits, lines)
     values (?4, 0, ?1, 'VND', ?2, ?3, '0', '0', 0)`,
    ...[account, from, to, name],
  );
}
const found = async () =>
  (await oddities(on, RUN, WINDOW, new Set())).map(({ kind, side, item, ours, theirs, day }) => ({
    ...{ kind, side, item, ours: Number(ours), theirs: Number(theirs), day },
  }));

it('money that the gateway has is missing where the statement of its account covers the day after and has no credit', async () => {
  const [here, elsewhere] = [payment(1), payment(2, '0011000000002')];
  await paidMonth(on.engine, [here, elsewhere], NOON);
  await tied('orders-1', 'orders', here.reference);
  await tied('orders-2', 'orders', elsewhere.reference);
  expect(await found()).toEqual([]);
  await covered(ACCOUNT, DAY, '2022-12-06');
  expect(await found()).toEqual([
    {
      ...{ kind: 'missing-theirs', side: 'bank', item: `fact:fact_${here.reference}:bank` },
      ...{ ours: 8_000, theirs: 0, day: DAY },
    },
  ]);
  await tied('bank-line', 'bank', here.reference);
  expect(await found()).toEqual([]);
});

it('files of single days say as much as one of several', async () => {
  const one = payment(1);
  await paidMonth(on.engine, [one], NOON);
  await tied('orders-1', 'orders', one.reference);
  await covered(ACCOUNT, DAY, DAY, 'bank-1');
  expect(await found()).toEqual([]);
  await covered(ACCOUNT, '2022-12-06', '2022-12-06', 'bank-2');
  expect((await found()).map(({ kind, side }) => `${side} ${kind}`)).toEqual(['bank missing-theirs']);
});

it('a statement that ends with the day says nothing yet: a credit may be booked on the next', async () => {
  const one = payment(1);
  await paidMonth(on.engine, [one], NOON);
  await tied('orders-1', 'orders', one.reference);
  await covered(ACCOUNT, DAY, DAY);
  expect(await found()).toEqual([]);
});

it('money that was given back stands on the list until a statement shows that it went out', async () => {
  const one = payment(1);
  await paidMonth(on.engine, [one], NOON);
  await write(
    `insert into payment_fact (id, payment, fact_key, kind, amount, currency, said_at, source, day, recorded_at)
     values ('back', 'pay_' || ?1, 'back', 'refunded', 8000, 'VND', '2022-12-06T10:00:00+07:00', 'attested', '2022-12-06', 0)`,
    one.reference,
  );
  expect(await found()).toEqual([
    {
      ...{ kind: 'missing-theirs', side: 'recorded', item: `payment:pay_${one.reference}:not-returned` },
      ...{ ours: -8_000, theirs: 0, day: '2022-12-06' },
    },
  ]);
  await tied('out', 'bank', one.reference);
  await write(`update statement_line set direction = 'debit', reference = ?1 where statement = 'out'`, one.reference);
  expect(await found()).toEqual([]);
});

it('a refund of before, which a statement shows, does not cover another', async () => {
  const one = payment(1);
  await paidMonth(on.engine, [one], NOON);
  const back = (id: string, day: string) =>
    write(
      `insert into payment_fact (id, payment, fact_key, kind, amount, currency, said_at, source, day, recorded_at)
       values (?2, 'pay_' || ?1, ?2, 'refunded', 3000, 'VND', '2022-12-06T10:00:00+07:00', 'attested', ?3, 0)`,
      ...[one.reference, id, day],
    );
  await back('long-ago', '2022-10-03');
  await back('now', '2022-12-05');
  await tied('out', 'bank', one.reference);
  await write(
    `update statement_line set direction = 'debit', reference = ?1, amount = 3000, day = '2022-10-03' where statement = 'out'`,
    one.reference,
  );
  expect((await found()).map(({ item, ours }) => [item, ours])).toEqual([
    [`payment:pay_${one.reference}:not-returned`, -3_000],
  ]);
});

it('what a day was closed with is known by what it was, not by a clock', async () => {
  const [before, late] = [payment(1), payment(2)];
  await paidMonth(on.engine, [before], NOON);
  await write(
    `insert into reconciliation_day (day, state, n, run, digest, closed_by, closed_at, version, written_by)
     values (?1, 'closed', 1, 'run_0', 'd', 'an', cast(?2 as bigint), 1, 't')`,
    ...[DAY, NOON + 80_000_000],
  );
  await write(
    `insert into reconciliation_signed_fact (day, n, fact, written_by) values (?1, 1, 'fact_' || ?2, 't')`,
    ...[DAY, before.reference],
  );
  // Recorded by a clock that is behind.
  await paidMonth(on.engine, [late], NOON);
  expect((await found()).map(({ item }) => item)).toEqual([`fact:fact_${late.reference}:after-closing`]);
});

it('money of a locked month stands on the list of the day that is run, closed day or not', async () => {
  await paidMonth(on.engine, [payment(1)], NOON);
  await write(
    `insert into reconciliation_lock (period, locked_by, locked_at, written_by) values ('2022-Q4', 'an', 0, 't')`,
  );
  expect((await found()).map(({ kind }) => kind)).toEqual(['late']);
});

it('money of a day that had been closed stands on the list of the day that is run', async () => {
  const [before, late] = [payment(1), payment(2)];
  await paidMonth(on.engine, [before], NOON);
  await paidMonth(on.engine, [late], NOON + 90_000_000);
  await write(
    `insert into reconciliation_day (day, state, n, run, digest, closed_by, closed_at, version, written_by)
     values (?1, 'closed', 1, 'run_0', 'd', 'an', cast(?2 as bigint), 1, 't')`,
    ...[DAY, NOON + 80_000_000],
  );
  expect(await found()).toEqual([
    {
      ...{ kind: 'late', side: 'recorded', item: `fact:fact_${late.reference}:after-closing` },
      ...{ ours: 8_000, theirs: 0, day: '2022-12-06' },
    },
  ]);
});
