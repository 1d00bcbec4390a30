import { describe, expect, it } from 'vitest';
import { procedures } from '../../mocks/facts/procedures.ts';
import { districts2022, units2022 } from '../../mocks/year/units.ts';
import { agencyCode, dossierCode, feeCode, fieldCode, isCode, isNationalCode, procedureCode } from './codes.ts';
import { asGiven } from './text.ts';

const kinds = { agencyCode, procedureCode, fieldCode, feeCode: feeCode(asGiven(60)) } as const;
type Kind = keyof typeof kinds;
const national: readonly Kind[] = ['agencyCode', 'procedureCode', 'fieldCode'];
const all = Object.keys(kinds) as Kind[];
const takes = (kind: Kind, text: string): boolean => kinds[kind].safeParse(text).success;

describe('codes of lists', () => {
  it.each([
    ...['000.00.15.H02', 'H02', 'H05.12', 'H21.125', 'G01.839.108.000', '000.A0.01.H26', 'H02.15.03'],
    ...['1.001193', '2.000488.000.00.00.H56', '2.002621.H56', 'T-TDH-255041-TT', 'G15-TP01', 'LV_01', 'KQ.G15.000031'],
    ...['LP01', 'LP 01', 'PLP/2', 'STP:1', 'SỞ-01', 'Đ1', '24', '7111', '00000001'],
  ])('%s is one', (text) => {
    for (const kind of all) {
      expect(takes(kind, text), kind).toBe(true);
      // Digests of what is held were made of texts as given.
      const decomposed = text.normalize('NFD');
      if (kind === 'fieldCode' || kind === 'feeCode') expect(kinds[kind].parse(decomposed)).toBe(decomposed);
      else expect(kinds[kind].parse(decomposed)).toBe(text);
    }
    expect(isNationalCode(text)).toBe(true);
  });

  it('so are those of the registers and of a year', () => {
    for (const { code, field, charge } of procedures) {
      expect(takes('procedureCode', code), code).toBe(true);
      expect(takes('fieldCode', field.code), field.code).toBe(true);
      expect(takes('feeCode', charge?.code ?? ''), charge?.code).toBe(true);
    }
    for (const { code } of [...units2022(), ...districts2022]) expect(takes('agencyCode', code), code).toBe(true);
  });

  it.each([
    ...['Nguyễn Văn An, CCCD 024000000000', 'an@example.vn', 'Nguyễn Văn Mẫu', 'NGUYEN VAN MAU', 'Nguyễn Mẫu'],
    ...[
      'H02  15',
      'H02 15 03',
      ' H02',
      'H02 ',
      'H02\n15',
      'H02\u00a015',
      'a;b',
      'a+b',
      '(a)',
      'a\u0000',
      'a\ud800',
      '.a',
      '%C3',
    ],
    ...['024 000 000 000', '0900 000 000', '024-000-000-000 x', 'a\u200b1', 'x'.repeat(61), 'x'.repeat(1_000_000)],
  ])('%j is none', (text) => {
    for (const kind of all) expect(takes(kind, text), kind).toBe(false);
    expect(isNationalCode(text)).toBe(false);
  });

  it.each(['024000000000', '240000000', '0900000000', '０２４０００００００００', '٠٢٤٠٠٠٠٠٠٠٠٠', '²⁴⁰⁰⁰⁰⁰⁰⁰'])(
    '%s may be somebody’s number, and no code of any list',
    (text) => {
      for (const kind of all) expect(takes(kind, text), kind).toBe(false);
      for (const kind of national) expect(takes(kind, `CCCD-${text}`), kind).toBe(false);
      expect([isNationalCode(text), isNationalCode(`A${text}`)]).toEqual([false, false]);
      expect([isCode(text), dossierCode.safeParse(text).success]).toEqual([false, false]);
    },
  );

  it('a fee may have a long number within its code, and a field or a fee none at all', () => {
    expect(takes('feeCode', 'PLP000000123')).toBe(true);
    expect([takes('feeCode', ''), takes('fieldCode', '')]).toEqual([true, true]);
    expect([takes('agencyCode', ''), takes('procedureCode', ''), isNationalCode('')]).toEqual([false, false, false]);
  });

  it('says what is wrong', () => {
    expect(kinds.agencyCode.safeParse('an@example.vn').error?.issues).toMatchObject([
      { message: 'must begin with a letter or digit and hold only letters, digits and . _ - / :' },
    ]);
    expect(kinds.agencyCode.safeParse('A024000000000').error?.issues).toMatchObject([
      { message: 'must not hold nine digits in a row' },
    ]);
    expect(dossierCode.safeParse('024000000000').error?.issues).toMatchObject([
      { message: 'must not be a mere number of 9, 10 or 12 digits, which may be somebody’s' },
    ]);
  });
});

it.each([
  ...['H02.15.03-221201-0001', '000.00.32.H19-210708-0001', 'G01.839.108.000-240415-0001', 'H56.14-240415-00001'],
  ...['G22.99-221201-0001', '000.00.00.G22-221201-000001', '0001', '12345678', '12345678901', '2025-000001', 'Đồ-1'],
])('%s is the code of a dossier', (text) => {
  expect([isCode(text), dossierCode.safeParse(text).success]).toEqual([true, true]);
});
