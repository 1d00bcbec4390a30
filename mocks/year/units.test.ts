import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { communesOfBacNinh2026, provinces2026 } from '../facts/places.ts';
import { published2022 } from './published.ts';
import { districts2022, units2022, units2022Csv } from './units.ts';

test('one province, ten districts and 209 communes, each below a parent that comes before it', () => {
  const units = units2022();
  const count = (kind: string): number => units.filter((unit) => unit.kind === kind).length;
  expect([count('province'), count('district'), count('ward') + count('commune')]).toEqual([1, 10, 209]);
  expect(new Set(units.map(({ code }) => code)).size).toBe(units.length);
  const seen = new Set(['']);
  for (const { code, parent } of units) {
    expect(seen.has(parent)).toBe(true);
    seen.add(code);
  }
});

test('the unit of the published example body is there', () => {
  const unit = units2022().find(({ code }) => code === 'H02.15.03');
  expect(unit).toMatchObject({ name: 'UBND phường Trần Phú', kind: 'ward', level: 'commune', district: 'H02.15' });
});

test('the CSV reads back to the same rows, commas in names included', () => {
  const rows: unknown = parse(units2022Csv(), { columns: true });
  expect(rows).toEqual(units2022());
});

test('electronic certifications by district make 154,558, not the printed 154,553', () => {
  const sum = districts2022.reduce((all, { eCertifications }) => all + eCertifications, 0);
  expect(sum).toBe(published2022.eCertifications);
  expect(sum - published2022.eCertificationsAsPrinted).toBe(5);
});

test('the facts hold 66 communes, 33 wards and 34 provinces', () => {
  const communes = communesOfBacNinh2026();
  expect(communes.filter(({ kind }) => kind === 'commune')).toHaveLength(66);
  expect(communes.filter(({ kind }) => kind === 'ward')).toHaveLength(33);
  expect(provinces2026()).toHaveLength(34);
  expect(provinces2026().some(({ code }) => code === 'H02')).toBe(false);
});
