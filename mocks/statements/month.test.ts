import { expect, test } from 'vitest';
import { isPaymentReference } from '../../contracts/domain/payment-reference.ts';
import { makeMonth } from './month.ts';
import { faultKinds } from './plant.ts';
import { statementsOf } from './statement.ts';

const month = makeMonth({ seed: 1 });

test('twenty thousand payments of a dozen units, one fault in a hundred', () => {
  expect(month.payments).toHaveLength(20_000);
  expect(new Set(month.payments.map(({ account }) => account)).size).toBe(12);
  expect(new Set(month.payments.map(({ reference }) => reference)).size).toBe(20_000);
  expect(month.payments.every(({ reference }) => isPaymentReference(reference))).toBe(true);
  expect(new Set(month.payments.map(({ channel }) => channel)).size).toBe(4);
  expect(month.plants).toHaveLength(200);
  expect(new Set(month.plants.map(({ kind }) => kind)).size).toBe(faultKinds.length);
});

test('amounts are whole thousands up to 50 million, times lie in the month and mostly in the day', () => {
  const start = Date.parse('2022-12-01T00:00:00+07:00');
  const end = Date.parse('2023-01-01T00:00:00+07:00');
  for (const { amountVnd, paidAt } of month.payments) {
    expect(amountVnd % 1_000).toBe(0);
    expect(amountVnd).toBeGreaterThanOrEqual(5_000);
    expect(amountVnd).toBeLessThanOrEqual(50_000_000);
    expect(paidAt >= start && paidAt < end).toBe(true);
  }
  const atNight = month.payments.filter(({ paidAt }) => new Date(paidAt + 7 * 3_600_000).getUTCHours() < 6);
  expect(atNight.length / 20_000).toBeLessThan(0.01);
});

test('statements with faults add up as those without', () => {
  for (const { opening, closing, credits, debits } of statementsOf(month.ledger, month)) {
    expect(opening + credits - debits).toBe(closing);
  }
});

test('the same seed makes the same month', () => {
  const small = { seed: 9, payments: 1_500, faults: 0.02 };
  expect(makeMonth(small)).toEqual(makeMonth(small));
  expect(makeMonth(small).payments).not.toEqual(makeMonth({ ...small, seed: 10 }).payments);
});
