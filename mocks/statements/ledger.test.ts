import { describe, expect, test } from 'vitest';
import { referencesIn } from '../../contracts/domain/payment-reference.ts';
import type { PaidPayment } from './entry.ts';
import { makeLedger } from './ledger.ts';
import { makeMonth } from './month.ts';
import { classShares } from './narrative.ts';
import { statementsOf } from './statement.ts';

const { payments, truth, from, to } = makeMonth({ seed: 7, payments: 6_000 });
const ours = truth.entries.filter(({ kind }) => kind === 'payment');
const statements = statementsOf(truth, { from, to });
const share = (count: number): number => count / ours.length;

describe('what the bank booked', () => {
  test('is the same for the same seed and another for another', () => {
    expect(makeLedger(payments, { seed: 3 })).toEqual(makeLedger(payments, { seed: 3 }));
    expect(makeLedger(payments, { seed: 3 })).not.toEqual(makeLedger(payments, { seed: 4 }));
  });

  test('is each payment once, with its amount, account and day', () => {
    const booked = new Map(ours.map((entry) => [entry.payments.join(), entry]));
    expect(booked.size).toBe(payments.length);
    expect(ours).toHaveLength(payments.length);
    for (const { reference, amountVnd, account, paidAt } of payments) {
      const bookedOn = new Date(paidAt + 7 * 3_600_000).toISOString().slice(0, 10);
      expect(booked.get(reference)).toMatchObject({ amount: amountVnd, account, bookedOn, currency: 'VND' });
    }
  });

  test('adds up on every account, and goes on where an earlier statement ended', () => {
    for (const { account, opening, closing, credits, debits, lines } of statements) {
      const own = truth.entries.filter((entry) => entry.account === account.number);
      const moved = own.map(({ direction, amount }) => (direction === 'credit' ? amount : -amount));
      expect(closing).toBe(opening + moved.reduce((sum, amount) => sum + amount, 0));
      expect(opening + credits - debits).toBe(closing);
      expect(lines.at(-1)?.balance ?? opening).toBe(closing);
      expect(Math.min(...lines.map(({ balance }) => balance), opening)).toBeGreaterThan(0);
    }
    const half = statementsOf(truth, { from, to: '2022-12-15' });
    const rest = statementsOf(truth, { from: '2022-12-16', to });
    expect(rest.map(({ opening }) => opening)).toEqual(half.map(({ closing }) => closing));
    expect(rest.map(({ closing }) => closing)).toEqual(statements.map(({ closing }) => closing));
  });

  test('after the cut-off is of the next day, which may be a day off', () => {
    const late: PaidPayment = { ...(payments[0] as PaidPayment), paidAt: Date.parse('2022-12-02T16:30:00+07:00') };
    const dayBy = (cutOffMinutes: number) =>
      makeLedger([late], { seed: 1, cutOffMinutes, noise: 0 }).entries.find(({ kind }) => kind === 'payment')?.bookedOn;
    expect(dayBy(16 * 60 + 30)).toBe('2022-12-03');
    expect(dayBy(16 * 60 + 31)).toBe('2022-12-02');
  });
});

describe('narratives', () => {
  test('are ASCII, hold the purpose, and name what they say they name', () => {
    for (const entry of truth.entries) {
      expect(entry.narrative).toMatch(/^[\x20-\x7e]+$/);
      expect(entry.narrative).toContain(entry.purpose);
      const named = entry.names === 'reference' || entry.names === 'both' ? entry.payments : [];
      expect(referencesIn(entry.narrative)).toEqual(named);
      if (entry.kind !== 'payment') expect(entry.narrative).not.toMatch(/H02|LT\d/i);
    }
  });

  test('have the published shares of classes', () => {
    for (const [narrativeClass, weight] of classShares.slice(0, 4)) {
      const count = ours.filter((entry) => entry.narrativeClass === narrativeClass).length;
      expect(Math.abs(share(count) - weight / 1_000)).toBeLessThan(0.02);
    }
    expect(new Set(ours.map((entry) => entry.narrativeClass)).size).toBe(9);
    const second = ours.filter((entry) => entry.narrativeClass === 2);
    const tailed = second.filter(({ narrative }) => / FT22\d{12}$/.test(narrative));
    expect(Math.abs(tailed.length / second.length - 0.35)).toBeLessThan(0.03);
  });

  test('of class 3 hold the second part of the document number', () => {
    for (const { narrativeClass, narrative, documentNumber } of ours) {
      if (narrativeClass === 3) expect(narrative.split('.')[1]).toBe(documentNumber.split('.')[1]);
    }
  });

  test('come with document numbers of their channel, of which now and then two are equal on a day', () => {
    for (const { documentNumber } of truth.entries) expect(documentNumber).toMatch(/^\d{4}\.(\d{1,5}|\d{13})$/);
    const keys = truth.entries.map((entry) => `${entry.account} ${entry.bookedOn} ${entry.documentNumber}`);
    expect(keys.length - new Set(keys).size).toBeGreaterThan(0);
    expect(keys.length - new Set(keys).size).toBeLessThan(20);
  });
});

test('the noise has every kind', () => {
  const kinds = new Set(truth.entries.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(['fee', 'foreign', 'interest', 'outgoing', 'payment', 'sms-fee', 'unrelated']);
  expect(truth.entries.find(({ kind }) => kind === 'interest')).toMatchObject({ narrative: 'INTEREST PAYMENT' });
});
