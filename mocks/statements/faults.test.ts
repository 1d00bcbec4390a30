import { describe, expect, test } from 'vitest';
import { referencesIn } from '../../contracts/domain/payment-reference.ts';
import type { Entry } from './entry.ts';
import { plantFaults } from './faults.ts';
import { makeMonth } from './month.ts';
import { type FaultKind, faultKinds, type Plant } from './plant.ts';

const month = makeMonth({ seed: 11, payments: 4_000, faults: 0.05 });
const { payments, truth, ledger, plants } = month;
const after = new Map(ledger.entries.map((entry) => [entry.id, entry]));
const before = new Map(truth.entries.map((entry) => [entry.id, entry]));
const amounts = new Map(payments.map(({ reference, amountVnd }) => [reference, amountVnd]));
const of = (kind: FaultKind): readonly Plant[] => plants.filter((plant) => plant.kind === kind);
const entriesOf = ({ entries }: Plant): Entry[] => entries.map((id) => after.get(id) as Entry);
const paidBy = ({ payments: struck }: Plant): number =>
  struck.reduce((sum, reference) => sum + (amounts.get(reference) ?? Number.NaN), 0);

test('the same seed plants the same faults', () => {
  const again = plantFaults(truth, { seed: 5, share: 0.05 });
  expect(plantFaults(truth, { seed: 5, share: 0.05 })).toEqual(again);
  expect(plantFaults(truth, { seed: 6, share: 0.05 }).plants).not.toEqual(again.plants);
});

test('each kind is planted and recorded alike, and no payment is struck twice', () => {
  expect(plants).toHaveLength(200);
  for (const kind of faultKinds) expect(Math.abs(of(kind).length - 200 / faultKinds.length)).toBeLessThan(1);
  const struck = plants.flatMap((plant) => plant.payments);
  expect(new Set(struck).size).toBe(struck.length);
  const touched = plants.flatMap((plant) => [...plant.entries, ...plant.taken]);
  expect(new Set(touched).size).toBe(touched.length);
});

test('what is not recorded is as it was', () => {
  const touched = new Set(plants.flatMap((plant) => [...plant.entries, ...plant.taken]));
  const quiet = (entries: readonly Entry[]) => entries.filter(({ id }) => !touched.has(id));
  expect(quiet(ledger.entries)).toEqual(quiet(truth.entries));
  const isChanged = (id: string) => JSON.stringify(after.get(id)) !== JSON.stringify(before.get(id));
  for (const { entries, taken } of plants) expect([...entries, ...taken].some(isChanged)).toBe(true);
});

test('the đồng of our entries are the payments and what the faults made of them', () => {
  const isOurs = ({ kind, currency, spelt }: Entry) =>
    currency === 'VND' && (kind === 'payment' || kind === 'reversal' || (kind === 'unrelated' && spelt !== null));
  const booked = ledger.entries
    .filter(isOurs)
    .reduce((sum, { direction, amount }) => sum + (direction === 'credit' ? amount : -amount), 0);
  const paid = payments.reduce((sum, { amountVnd }) => sum + amountVnd, 0);
  expect(booked).toBe(paid + plants.reduce((sum, { surplusVnd }) => sum + surplusVnd, 0));

  const apart = { lost: 0, doubled: 0, reversed: 0, currency: 0, amount: 0, unknown: 0 };
  for (const plant of plants) {
    if (plant.kind === 'lost' || plant.kind === 'reversed' || plant.kind === 'currency') {
      apart[plant.kind] -= paidBy(plant);
    }
    if (plant.kind === 'doubled') apart.doubled += paidBy(plant);
    if (plant.kind === 'amount') apart.amount += (entriesOf(plant)[0]?.amount ?? Number.NaN) - paidBy(plant);
    if (plant.kind === 'unknown') apart.unknown += entriesOf(plant)[0]?.amount ?? Number.NaN;
  }
  expect(booked).toBe(paid + Object.values(apart).reduce((sum, part) => sum + part, 0));
});

describe('each kind is what it says', () => {
  test('lost, delayed, wrong account, currency', () => {
    for (const plant of of('lost')) expect(after.has(plant.taken[0] ?? '')).toBe(false);
    for (const [kind, key] of [
      ['delayed', 'bookedOn'],
      ['wrong-account', 'account'],
      ['currency', 'currency'],
    ] as const) {
      for (const plant of of(kind)) {
        const [entry] = entriesOf(plant);
        expect(entry?.[key]).not.toBe(before.get(entry?.id ?? '')?.[key]);
        expect(referencesIn(entry?.narrative ?? '')).toEqual(plant.payments);
      }
    }
    for (const plant of of('delayed')) {
      const [entry] = entriesOf(plant);
      expect((entry?.bookedOn ?? '') > (before.get(entry?.id ?? '')?.bookedOn ?? '')).toBe(true);
    }
  });

  test('doubled, split, merged', () => {
    for (const plant of of('doubled')) {
      const [first, second] = entriesOf(plant);
      expect(second).toMatchObject({ amount: first?.amount, account: first?.account, bookedOn: first?.bookedOn });
      expect(referencesIn(second?.narrative ?? '')).toEqual(plant.payments);
    }
    const documents = of('doubled').map((plant) => new Set(entriesOf(plant).map((entry) => entry.documentNumber)).size);
    expect(new Set(documents)).toEqual(new Set([1, 2]));
    for (const plant of of('split')) {
      const parts = entriesOf(plant);
      expect(parts).toHaveLength(2);
      expect(parts.every(({ amount }) => amount > 0)).toBe(true);
      expect(parts.reduce((sum, { amount }) => sum + amount, 0)).toBe(paidBy(plant));
    }
    for (const plant of of('merged')) {
      expect(plant.payments.length).toBeGreaterThan(1);
      expect(plant.taken).toHaveLength(plant.payments.length - 1);
      const [entry] = entriesOf(plant);
      expect(entry?.amount).toBe(paidBy(plant));
      expect([1, plant.payments.length]).toContain(referencesIn(entry?.narrative ?? '').length);
    }
  });

  test('reversed: the same amount goes out, on the day or the next', () => {
    for (const plant of of('reversed')) {
      const [first, back] = entriesOf(plant);
      expect(back).toMatchObject({
        kind: 'reversal',
        direction: 'debit',
        amount: first?.amount,
        account: first?.account,
      });
      expect(referencesIn(back?.narrative ?? '')).toEqual(plant.payments);
    }
    expect(new Set(of('reversed').map((plant) => new Set(entriesOf(plant).map((e) => e.bookedOn)).size)).size).toBe(2);
  });

  test('misspelt and cut name nothing that is valid, mangled names all', () => {
    for (const plant of [...of('misspelt'), ...of('cut')]) {
      expect(referencesIn(entriesOf(plant)[0]?.narrative ?? '')).not.toContain(plant.payments[0]);
    }
    for (const plant of of('misspelt')) expect(referencesIn(entriesOf(plant)[0]?.narrative ?? '')).toEqual([]);
    for (const plant of of('mangled')) {
      const [entry] = entriesOf(plant);
      expect(referencesIn(entry?.narrative ?? '')).toEqual(plant.payments);
      expect(entry?.narrative).not.toMatch(new RegExp(`\\b${plant.payments[0]}\\b`));
    }
  });

  test('another amount, an unknown reference', () => {
    for (const plant of of('amount')) {
      expect(entriesOf(plant)[0]?.amount).not.toBe(paidBy(plant));
      expect(entriesOf(plant)[0]?.amount).toBeGreaterThan(0);
    }
    for (const plant of of('unknown')) {
      const found = referencesIn(entriesOf(plant)[0]?.narrative ?? '');
      expect(found).toHaveLength(1);
      expect(amounts.has(found[0] ?? '')).toBe(false);
    }
  });
});
