import fc from 'fast-check';
import { expect, it } from 'vitest';
import { headOf, mutated, toldBy } from '../../../test/kit/in-pieces.ts';
import { decimal } from './decimal.ts';
import { mt940, mt942 } from './mt940.ts';
import type { Told } from './source.ts';

const REPORT = `:20:INTERIM1
:25:0011000000001
:28C:3/1
:34F:VND0,
:34F:VNDC100,
:13D:2603011015+0700
:61:2603010301C500000,NTRFNONREF//FT1
:86:HS 2026 0001
:61:2603010301RC20000,NTRFNONREF//FT2
:90D:1VND20000,
:90C:1VND500000,
:86:a word on the report
-
`;
const problems = (told: readonly Told[]) =>
  told.flatMap((each) => (each.kind === 'problem' ? [[each.row, each.column, each.message]] : []));

it('tells the entries of a report, and its sums behind them', async () => {
  const told = await toldBy(mt942, REPORT);
  expect(told).toMatchObject([
    { kind: 'account', row: 7, account: '0011000000001', currency: 'VND', opening: null },
    { kind: 'line', row: 7, documentNumber: 'FT1', direction: 'credit', narrative: 'HS 2026 0001' },
    { kind: 'line', row: 9, documentNumber: 'FT2', direction: 'debit', reversal: true, narrative: '' },
    {
      ...{ kind: 'closing', row: 13, closing: null, lines: 2 },
      ...{ credits: decimal('500000'), debits: decimal('20000') },
    },
  ]);
});

it('has no number of entries where one of the sums is missing', async () => {
  expect((await toldBy(mt942, REPORT.replace(/:90C:.*\n/, ''))).at(-1)).toMatchObject({
    ...{ kind: 'closing', lines: null, credits: null, debits: decimal('20000') },
  });
});

it('tells one section for each report of a file, one without entries too', async () => {
  const empty = ':20:X\n:25:0022000000002\n:28C:1\n:34F:USD0\n:13D:2603011015+0700\n:90D:0USD0,\n:90C:0USD0,\n';
  const told = await toldBy(mt942, `${REPORT}${empty}{1:F01X}{2:I942X}{4:\n${REPORT.replace(/-\n$/, '-}')}`);
  expect(told.map((each) => each.kind).join()).toBe(
    'account,line,line,closing,account,closing,account,line,line,closing',
  );
  expect(told[4]).toMatchObject({ account: '0022000000002', currency: 'USD' });
  expect(told[5]).toMatchObject({ lines: 0, credits: 0n, debits: 0n });
});

it.each([
  ['no currency', REPORT.replace(/:34F:.*\n/g, ''), [[5, ':34F:', 'no currency is named before the entries']]],
  ['no account', REPORT.replace(/:25:.*\n/, ''), [[6, ':25:', 'no account is named before the entries']]],
  [
    'another currency',
    REPORT.replace(':90C:1VND', ':90C:1USD'),
    [[11, ':90C:', 'has another currency than the report']],
  ],
  ['a floor that is none', REPORT.replace(':34F:VND0,', ':34F:0,'), [[4, ':34F:', 'is not a currency and an amount']]],
  [
    'a sum that is none',
    REPORT.replace(':90D:1VND', ':90D:VND'),
    [[10, ':90D:', 'is not a number, a currency and an amount']],
  ],
  [
    'a balance',
    REPORT.replace(':34F:VNDC100,', ':60F:C260301VND0,'),
    [[5, ':60F:', 'is a balance, which an interim report has none of']],
  ],
  [
    'an entry after the sums',
    REPORT.replace('-\n', ':61:260301C1,NTRFNONREF\n-\n'),
    [[13, ':61:', 'stands after the sums of its report']],
  ],
  [
    'a block without an end',
    `{1:F01X}{2:I942X}{4:\n${REPORT.replace('-\n', '')}`,
    [[1, null, 'begins a message whose end is missing']],
  ],
  ['nothing', '', [[1, null, 'holds no statement']]],
])('refuses %s', async (_name, file, expected) => {
  expect(problems(await toldBy(mt942, file))).toEqual(expected);
});

it('is recognised by its fields, and never taken for the other', () => {
  expect([mt942, mt940].map((each) => each.recognises(headOf(REPORT)))).toEqual([true, false]);
});

it('is cut into any pieces and changed in any way without an error', async () => {
  const bytes = new TextEncoder().encode(REPORT);
  const whole = await toldBy(mt942, bytes);
  const change = fc.tuple(fc.nat(3), fc.nat(5_000), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 6 }), fc.integer({ min: 1, max: 99 }), async (changes, size) => {
      expect(await toldBy(mt942, bytes, size)).toEqual(whole);
      await toldBy(mt942, mutated(bytes, changes), size);
    }),
  );
});
