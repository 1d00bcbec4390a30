import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headOf, inPieces, mutated, toldBy } from '../../../test/kit/in-pieces.ts';
import { decimal } from './decimal.ts';
import { mt940 } from './mt940.ts';
import type { Told } from './source.ts';

const PLAIN = `:20:STMT260301
:25:BFTVVNVX/0011000000001
:28C:61/1
:60F:C260228VND1000000,
:61:2603010301C500000,NTRFHS-2026-0001//FT26060000001
:86:NGUYEN VAN MAU NOP LE PHI
HS 2026 0001
:61:260302D20000,00NCHGNONREF
PHI DICH VU
:62F:C260302VND1480000,
:64:C260302VND1480000,
:86:a word on the whole statement
-
`;
const money = (text: string): bigint => decimal(text) ?? -1n;
const kinds = (told: readonly Told[]): readonly string[] => told.map((each) => each.kind);
const lines = (told: readonly Told[]) => told.filter((each) => each.kind === 'line');
const problems = (told: readonly Told[]) =>
  told.flatMap((each) => (each.kind === 'problem' ? [[each.row, each.column, each.message]] : []));
/** One entry in a statement of đồng that has nothing else. */
const around = (entry: string, currency = 'VND'): string =>
  `:20:X\n:25:0011000000001\n:28C:1\n:60F:C260228${currency}0,\n${entry}\n:62F:C260302${currency}0,\n`;
const entryOf = async (entry: string) => {
  const told = await toldBy(mt940, around(entry));
  expect(problems(told)).toEqual([]);
  const [line, ...more] = lines(told);
  expect(more).toEqual([]);
  return line;
};
const faultOf = async (entry: string) => problems(await toldBy(mt940, around(entry)));

describe('a statement', () => {
  it('is told part by part', async () => {
    expect(await toldBy(mt940, PLAIN)).toEqual([
      {
        ...{ kind: 'account', row: 4, account: '0011000000001', currency: 'VND', from: null, to: null },
        opening: money('1000000'),
      },
      {
        ...{ kind: 'line', row: 5, date: '2026-03-01', valueDate: '2026-03-01', time: null },
        ...{ documentNumber: 'FT26060000001', direction: 'credit', amount: money('500000'), balance: null },
        ...{ narrative: 'NGUYEN VAN MAU NOP LE PHI HS 2026 0001', reversal: false, fee: null, status: null },
      },
      {
        ...{ kind: 'line', row: 8, date: '2026-03-02', valueDate: '2026-03-02', time: null },
        ...{ documentNumber: null, direction: 'debit', amount: money('20000'), balance: null },
        ...{ narrative: 'PHI DICH VU', reversal: false, fee: null, status: null },
      },
      { kind: 'closing', row: 10, closing: money('1480000'), credits: null, debits: null, lines: null },
    ]);
  });

  it('is the same with blocks round it, with CR LF, with a mark, in lower case, after a preamble', async () => {
    const plain = (await toldBy(mt940, PLAIN)).map((each) => ({ ...each, row: 0 }));
    const body = PLAIN.replace(/-\n$/, '');
    const variants = [
      `{1:F01BFTVVNVXAXXX0000000000}{2:I940BFTVVNVXXXXXN}{3:{108:X}}{4:\n${body}-}{5:{CHK:000000000000}}`,
      `{1:F01BFTVVNVXAXXX0000000000}{2:O9401200260301BFTVVNVXAXXX00000000002603011200N}{4:${body}-}`,
      `\x01{1:F01BFTVVNVXAXXX0000000000}{2:I940BFTVVNVXXXXXN}{4:\n${body}-}\x03`,
      `\ufeff${PLAIN.replaceAll('\n', '\r\n')}`,
      PLAIN.replaceAll('\n', '\r'),
      PLAIN.replaceAll('\n', '   \n'),
      PLAIN.replace(':61:2603010301C', ':61:2603010301c').replace(':60F:C260228VND', ':60f:c260228vnd'),
      `BFTVVNVX\n940\nBFTVVNVX\n${PLAIN}`,
      `:940:\n${PLAIN}`,
      PLAIN.replaceAll('\n:', '\n\n:'),
      body.trimEnd(),
    ];
    for (const variant of variants)
      expect((await toldBy(mt940, variant)).map((each) => ({ ...each, row: 0 }))).toEqual(plain);
  });

  it('goes on over several messages where intermediate balances say so', async () => {
    const page = (of: number, from: string, to: string) =>
      `:20:P${of}\n:25:0011000000001\n:28C:7/${of}\n${from}\n:61:260301C10,NTRFNONREF\n:86:page ${of}\n${to}\n-\n`;
    const file = [
      page(1, ':60F:C260228VND0,', ':62M:C260301VND10,'),
      page(2, ':60M:C260301VND10,', ':62M:C260301VND20,'),
      page(3, ':60M:C260301VND20,', ':62F:C260301VND30,'),
    ];
    const told = await toldBy(mt940, file.join(''));
    expect(kinds(told)).toEqual(['account', 'line', 'line', 'line', 'closing']);
    expect(told[0]).toMatchObject({ opening: 0n });
    expect(told.at(-1)).toMatchObject({ closing: money('30'), row: 23 });
    expect((await toldBy(mt940, file.slice(0, 2).join(''))).at(-1)).toMatchObject({ closing: money('20'), row: 15 });
    expect(problems(await toldBy(mt940, `${file[0]}${file[2]}`))).toEqual([
      [12, ':60M:', 'does not go on from the intermediate balance before it'],
    ]);
    expect(kinds(await toldBy(mt940, file[1] ?? ''))).toEqual(['account', 'line', 'closing']);
  });

  it('may be one of several, of one account or of others', async () => {
    const other = PLAIN.replace('0011000000001', '0022000000002');
    const told = await toldBy(mt940, `${PLAIN}${other}`);
    expect(told.filter((each) => each.kind === 'account').map((each) => each.account)).toEqual([
      '0011000000001',
      '0022000000002',
    ]);
    const early = PLAIN.replace(':62F:', ':62M:');
    expect(kinds(await toldBy(mt940, `${early}${other}`)).join()).toBe(
      'account,line,line,closing,account,line,line,closing',
    );
  });

  it.each([
    ['0011000000001', '0011000000001'],
    ['BFTVVNVX/0011000000001', '0011000000001'],
    ['VN00 0011 0000 0000 01', 'VN0000110000000001'],
    ['0011000000001VND', '0011000000001'],
    ['0011000000001 VND', '0011000000001'],
    ['BFTVVNVX/0011000000001/VND', '0011000000001'],
    ['/0011-0000-00001', '0011000000001'],
    ['0067-00763/93984487', '93984487'],
  ])('its account %s is %s', async (given, account) => {
    const told = await toldBy(mt940, PLAIN.replace('BFTVVNVX/0011000000001', given));
    expect(told[0]).toMatchObject({ kind: 'account', account });
    expect(
      (await toldBy(mt940, PLAIN.replace(':25:BFTVVNVX/0011000000001', `:25P:${given}\nBFTVVNVX`)))[0],
    ).toMatchObject({
      account,
    });
  });

  it('may begin overdrawn, and have an opening alone', async () => {
    const told = await toldBy(mt940, ':20:X\n:25:1\n:28:1\n:60F:D260228VND000500,\n:62F:D260228VND500,\n');
    expect(told).toMatchObject([{ opening: -money('500') }, { closing: -money('500') }]);
  });
});

describe('an entry', () => {
  it.each([
    ['C', 'credit', false],
    ['D', 'debit', false],
    ['RD', 'credit', true],
    ['RC', 'debit', true],
    ['CN', 'credit', false],
    ['DR', 'debit', false],
    ['RDF', 'credit', true],
  ])('with mark %s is a %s', async (mark, direction, reversal) => {
    expect(await entryOf(`:61:260301${mark}10,NTRFNONREF`)).toMatchObject({ direction, reversal, status: null });
  });

  it('that is announced says so', async () => {
    expect(await entryOf(':61:260301EC10,NTRFNONREF')).toMatchObject({ direction: 'credit', status: 'EC' });
    expect(await entryOf(':61:260301ED10,NTRFNONREF')).toMatchObject({ direction: 'debit', status: 'ED' });
  });

  it.each([
    ['10,', '10'],
    ['10,5', '10.5'],
    ['10,50', '10.5'],
    ['0000010,123', '10.123'],
    ['10', '10'],
  ])('of %s is of %s', async (given, amount) => {
    expect(await entryOf(`:61:260301C${given}NTRFNONREF`)).toMatchObject({ amount: money(amount) });
  });

  it.each([
    ['2603010301', '2026-03-01', '2026-03-01'],
    ['2512310102', '2026-01-02', '2025-12-31'],
    ['2601021230', '2025-12-30', '2026-01-02'],
    ['2402280229', '2024-02-29', '2024-02-28'],
    ['260301    ', '2026-03-01', '2026-03-01'],
  ])('of %s was booked on %s', async (dates, date, valueDate) => {
    expect(await entryOf(`:61:${dates}C10,NTRFNONREF`)).toMatchObject({ date, valueDate });
  });

  it.each([
    ['NTRFNONREF', null],
    ['NTRFHS1', 'HS1'],
    ['NTRFHS1//FT1', 'FT1'],
    ['NTRFNONREF//FT1', 'FT1'],
    ['FMSC01916//NONREF', '01916'],
    ['NTRFHS1//', 'HS1'],
    ['N102EREF            ', null],
    ['N527', null],
    ['S   X', 'X'],
    ['', null],
  ])('with %j behind its amount has document number %s', async (rest, documentNumber) => {
    expect(await entryOf(`:61:260301C10,${rest}`)).toMatchObject({ documentNumber });
  });

  it.each([
    [':86:', ''],
    [':86:one\ntwo  \n\n   three', 'one two three'],
    ['SUPPLEMENT\n:86:one', 'SUPPLEMENT one'],
    [':86:one\n:86:two', 'one two'],
    [':86:at 16\n:26:37 it came', 'at 16 :26:37 it came'],
    [':86:one\n- two\n-three', 'one - two -three'],
    [':NS:01TEXT\n02MORE\n:86:one', 'one'],
    [
      ':86:166?00CREDIT?109310?20EREF+1?21first li\nne?30BANK?31001?32NGUYEN VAN MAU',
      'CREDIT 9310 EREF+1 first line BANK 001 NGUYEN VAN MAU',
    ],
    [':86:?20second?00first', 'first second'],
    [':86:020~00VE02~20one~21two', 'VE02 one two'],
    [':86:is it ?20 or not', 'is it ?20 or not'],
  ])('with %j says %j', async (more, narrative) => {
    expect(await entryOf(`:61:260301C10,NTRFNONREF\n${more}`)).toMatchObject({ narrative });
  });

  it.each([
    ['260301X10,NTRF', 'does not begin with a value date, C or D, and an amount'],
    ['260230C10,NTRF', 'has a value date that is none'],
    ['2603010230C10,NTRF', 'has an entry date that is none, or is far from its value date'],
    ['260301C1O,00NTRF', 'has no transaction type after its amount'],
    ['260301C10.00NTRF', 'has no transaction type after its amount'],
    ['260301C1,2,3NTRF', 'has an amount that is none'],
    ['260301C10,123456NTRF', 'has an amount that is none'],
    ['260301CNTRF', 'does not begin with a value date, C or D, and an amount'],
    ['', 'does not begin with a value date, C or D, and an amount'],
  ])('of %j is refused', async (text, message) => {
    expect(await faultOf(`:61:${text}`)).toEqual([[5, ':61:', message]]);
  });

  it('of letters without a comma is refused, and never read as something else', async () => {
    expect(await faultOf(':61:260301CABCNTRF')).toHaveLength(1);
    expect(await faultOf(':61:260301C-10,NTRF')).toHaveLength(1);
  });
});

describe('what is wrong with a file', () => {
  it.each([
    ['cut off', PLAIN.slice(0, PLAIN.indexOf(':62F:')), [[8, ':62F:', 'the statement before has no closing balance']]],
    [
      'an entry first',
      PLAIN.replace(/:60F:.*\n/, ''),
      [
        [4, ':61:', 'has no opening balance before it'],
        [7, ':61:', 'has no opening balance before it'],
        [9, ':62F:', 'has no opening balance before it'],
      ],
    ],
    [
      'an entry after the closing',
      PLAIN.replace(/(:61:2603010301.*\n)([\s\S]*)(:64:)/, '$1$2$1$3'),
      [[11, ':61:', 'stands after the closing balance']],
    ],
    [
      'another currency',
      PLAIN.replace(':62F:C260302VND', ':62F:C260302USD'),
      [[10, ':62F:', 'has another currency than the opening']],
    ],
    ['no account', PLAIN.replace(/:25:.*\n/, ''), [[3, ':25:', 'no account is named before the opening balance']]],
    [
      'a balance without a mark',
      PLAIN.replace(':60F:C', ':60F:'),
      [[4, ':60F:', 'is not C or D, a date, a currency and an amount']],
    ],
    [
      'a closing of a day that is none',
      PLAIN.replace(':62F:C260302', ':62F:C260332'),
      [[10, ':62F:', 'has a date that is none']],
    ],
    [
      'a lost line',
      PLAIN.replace(':60F:C260228VND1000000,', ':60F:C260228VND1000000,\n61:260301C10,NTRF'),
      [[4, ':60F:', 'has more than one line']],
    ],
    ['nothing', '', [[1, null, 'holds no statement']]],
    ['other text', 'a\nb\n', [[1, null, 'holds no statement']]],
    ['a NUL', PLAIN.replace('HS 2026', 'HS\0'), [[7, null, 'holds a NUL: this is no text file']]],
  ])('%s', async (_name, file, expected) => {
    expect(problems(await toldBy(mt940, file))).toEqual(expected);
  });

  it('a statement that begins before the last one ended', async () => {
    const cut = PLAIN.replace(/:62F:[\s\S]*/, '');
    const told = await toldBy(mt940, `${cut}${PLAIN}`);
    expect(problems(told)).toEqual([[10, ':62F:', 'the statement before has no closing balance']]);
  });

  it('too much text for one entry', async () => {
    const told = await toldBy(mt940, around(`:61:260301C10,NTRFNONREF\n:86:${'words\n'.repeat(20_000)}`));
    expect(problems(told)).toContainEqual([6, null, 'is longer than any field']);
    const many = await toldBy(mt940, around(`:61:260301C10,NTRFNONREF\n${':86:x\n'.repeat(17)}`));
    expect(problems(many)).toEqual([[22, ':86:', 'is one of too many for one entry']]);
  });
});

it('reads Windows-1252 where it is no UTF-8', async () => {
  const bytes = Uint8Array.from(around(':61:260301C10,NTRFNONREF\n:86:für'), (each) => each.charCodeAt(0));
  expect(lines(await toldBy(mt940, bytes))).toMatchObject([{ narrative: 'für' }]);
});

it('is recognised by its fields', () => {
  expect(mt940.recognises(headOf(PLAIN))).toBe(true);
  expect(mt940.recognises(headOf(`\ufeffABC\r\n${PLAIN.replaceAll('\n', '\r\n')}`))).toBe(true);
  for (const text of ['', '<Document/>', 'a,b\n:20:', ':20:X\n:25:1\n:34F:VND0,\n'])
    expect(mt940.recognises(headOf(text))).toBe(false);
});

it('cutting the file into other pieces changes nothing', async () => {
  const bytes = new TextEncoder().encode(`\ufeff${PLAIN.replaceAll('\n', '\r\n')}${around(':61:bad')}`);
  const whole = await toldBy(mt940, bytes);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), async (size) => {
      expect(await toldBy(mt940, bytes, size)).toEqual(whole);
    }),
    { numRuns: 40 },
  );
});

it('nothing that it is given makes it throw', async () => {
  const bytes = new TextEncoder().encode(PLAIN);
  const change = fc.tuple(fc.nat(3), fc.nat(5_000), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 6 }), async (changes) => {
      await toldBy(mt940, mutated(bytes, changes), 50);
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (random) => {
      expect(problems(await toldBy(mt940, random)).length).toBeGreaterThan(0);
    }),
  );
});

it('tells entries while it reads: 200,000 of them are never held', async () => {
  let pulled = 0;
  const entries = new TextEncoder().encode(':61:260301C10,NTRFNONREF//FT1\n:86:words\n'.repeat(1000));
  async function* file() {
    yield new TextEncoder().encode(':20:X\n:25:1\n:28C:1\n:60F:C260228VND0,\n');
    for (; pulled < 200; pulled++) yield entries;
    yield new TextEncoder().encode(':62F:C260302VND2000000,\n');
  }
  let count = 0;
  for await (const group of mt940.read(file(), { account: null })) {
    expect(group.length).toBeLessThanOrEqual(1002);
    count += group.length;
    expect(count).toBeGreaterThanOrEqual(pulled * 1000 - 1000);
  }
  expect(count).toBe(200_002);
});

it('pieces of nothing change nothing', async () => {
  async function* file() {
    for await (const piece of inPieces(new TextEncoder().encode(PLAIN), 7)) {
      yield new Uint8Array();
      yield piece;
    }
  }
  const told: Told[] = [];
  for await (const group of mt940.read(file(), { account: null })) told.push(...group);
  expect(told).toEqual(await toldBy(mt940, PLAIN));
});
