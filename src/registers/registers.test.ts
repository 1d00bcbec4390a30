import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { units2022, units2022Csv } from '../../mocks/year/units.ts';
import { ground } from '../../test/kit/room.ts';
import { overlaps } from './overlap.ts';
import { createProcedures } from './procedures.ts';
import type { ImportCommand } from './register.ts';
import { createUnits } from './units.ts';

const HEAD = 'code,name,kind,level,province,district,parent,gso_code,valid_from,valid_to';
const fact = (name: string) => readFileSync(new URL(`../../registers/${name}`, import.meta.url), 'utf8');
const load = (csv: string, more: Partial<ImportCommand> = {}): ImportCommand => ({
  csv,
  dryRun: false,
  actor: 'prn_a',
  validFrom: undefined,
  province: undefined,
  ...more,
});
const lines = (...rows: string[]) => load([HEAD, ...rows].join('\n'));

describe('the register of units', () => {
  it('takes the 99 communes and 34 provinces of the merged province as they stand', async () => {
    const units = createUnits(await ground());
    const merged = { validFrom: '2025-07-01', province: 'H05' };
    expect(await units.import(load(fact('communes-bac-ninh-2026.csv'), merged))).toMatchObject({ added: 99 });
    expect(await units.import(load(fact('provinces-2026.csv'), { validFrom: '2025-07-01' }))).toMatchObject({
      added: 34,
    });
    // No national number of a commune is published: the statistics office's stands for it, and says so.
    expect(await units.at('gso:07210', '2026-01-15')).toMatchObject({
      name: 'Bắc Giang',
      kind: 'ward',
      level: 'commune',
      province: 'H05',
      parent: 'H05',
      district: null,
      gso_code: '07210',
    });
    expect(await units.at('gso:07210', '2025-06-30')).toBeUndefined();
    expect(await units.at('H05', '2026-01-15')).toMatchObject({ name: 'Bắc Ninh', level: 'province' });
  });

  it('asks for what such a file lacks, by line', async () => {
    const units = createUnits(await ground());
    expect(await units.import(load('gso_code,kind,name,former_province\n07210,ward,Bắc Giang,Bắc Giang'))).toEqual({
      kind: 'refused',
      errors: [
        { line: 2, column: 'province', message: 'is required' },
        { line: 2, column: 'valid_from', message: 'is required' },
      ],
    });
  });

  it('takes a whole province with its districts, and shows it on a day', async () => {
    const units = createUnits(await ground());
    const rows = units2022();
    expect(await units.import(load(units2022Csv()))).toMatchObject({ kind: 'imported', added: rows.length });
    const shown = await units.list({ at: '2022-12-01', code: undefined, after: undefined, limit: 10_000 });
    expect(shown).toHaveLength(rows.length);
  });

  it('the same file again changes nothing, a changed row is changed, a dry run does neither', async () => {
    const on = await ground();
    const units = createUnits(on);
    const first = lines('A,Cũ,ward,commune,H05,,H05,,2025-07-01,');
    const second = lines('A,Mới,ward,commune,H05,,H05,,2025-07-01,', 'B,Bê,ward,commune,H05,,H05,,2025-07-01,');
    expect(await units.import(first)).toMatchObject({ added: 1 });
    expect(await units.import(first)).toMatchObject({ added: 0, unchanged: 1 });
    expect(await units.import({ ...second, dryRun: true })).toMatchObject({ added: 1, changed: 1 });
    expect((await units.at('A', '2026-01-01'))?.name).toBe('Cũ');
    expect(await units.import(second)).toMatchObject({ added: 1, changed: 1 });
    expect((await units.at('A', '2026-01-01'))?.name).toBe('Mới');
    expect(await on.rows(`select to_state, actor from journal where ref = 'register:unit' order by at, id`)).toEqual([
      { to_state: 'imported: 1 lines', actor: 'prn_a' },
      { to_state: 'imported: 2 lines', actor: 'prn_a' },
    ]);
  });

  it('a code means one thing on one day: its successor needs the end of the one before', async () => {
    const units = createUnits(await ground());
    await units.import(lines('A,Cũ,ward,commune,H02,,H02,,2020-01-01,'));
    const successor = 'A,Mới,ward,commune,H05,,H05,,2025-07-01,';
    expect(await units.import(lines(successor))).toMatchObject({
      kind: 'refused',
      errors: [{ line: 2, column: 'valid_from', message: expect.stringContaining('held since 2020-01-01') }],
    });
    expect(await units.import(lines('A,Cũ,ward,commune,H02,,H02,,2020-01-01,2025-06-30', successor))).toMatchObject({
      added: 1,
      changed: 1,
    });
    expect((await units.at('A', '2025-06-30'))?.name).toBe('Cũ');
    expect((await units.at('A', '2025-07-01'))?.name).toBe('Mới');
  });

  it('names every wrong line and takes nothing of the file', async () => {
    const on = await ground();
    const units = createUnits(on);
    const refused = await units.import(
      lines(
        'A,Một,ward,commune,H05,,H05,,2025-07-01,',
        'B,,ward,planet,H05,,H05,,2025-07-01,',
        '"C","Ba\nhai dòng",ward,commune,H05,,H05,,2025-13-01,',
        'D,Bốn,ward,commune,H05,,H05,,2025-07-01,2025-06-30',
        'A,Năm,ward,commune,H05,,H05,,2025-08-01,',
      ),
    );
    expect(refused.kind === 'refused' && refused.errors.map(({ line, column }) => `${line} ${column}`)).toEqual([
      '3 name',
      '3 level',
      '5 valid_from',
      '6 valid_to',
    ]);
    expect(await on.rows('select count(*) as n from unit')).toEqual([{ n: 0 }]);
    expect(
      await units.import(lines('A,Một,ward,commune,H05,,H05,,2025-07-01,', 'A,Hai,ward,commune,H05,,H05,,2025-08-01,')),
    ).toMatchObject({
      errors: [{ line: 3, message: 'overlaps line 2, which has the same code' }],
    });
  });

  it.each([
    ['too many cells', `${HEAD}\nA,b,c`, 2],
    ['an open quote', `${HEAD}\nA,"b`, 2],
    ['no rows', HEAD, 1],
    ['nothing', '', 1],
  ])('refuses %s with a line', async (_name, csv, line) => {
    const answer = await createUnits(await ground()).import(load(csv));
    expect(answer.kind === 'refused' && answer.errors[0]?.line).toBe(line);
  });

  it('reads what a spreadsheet writes: byte order mark, semicolons, CRLF', async () => {
    const units = createUnits(await ground());
    const csv = `\uFEFF${HEAD}\r\nA,"Tên, có phẩy",ward,commune,H05,,H05,,2025-07-01,\r\n`;
    await units.import(load(csv.replaceAll(',', ';').replace('Tên;', 'Tên,')));
    expect((await units.at('A', '2025-07-01'))?.name).toBe('Tên, có phẩy');
  });

  it('two imports at once both stand, one after the other', async () => {
    const units = createUnits(await ground());
    const both = await Promise.all(
      ['A', 'B'].map((code) => units.import(lines(`${code},x,ward,commune,H05,,H05,,2025-07-01,`))),
    );
    expect(both.map(({ kind }) => kind)).toEqual(['imported', 'imported']);
    const clash = await Promise.all(
      ['2020-01-01', '2021-01-01'].map((from) => units.import(lines(`C,x,ward,commune,H05,,H05,,${from},`))),
    );
    expect(clash.map(({ kind }) => kind).toSorted()).toEqual(['imported', 'refused']);
  });

  it('pages in order of code and time', async () => {
    const units = createUnits(await ground());
    await units.import(
      lines(
        'A,x,w,commune,H05,,,,2020-01-01,2020-12-31',
        'A,x,w,commune,H05,,,,2021-01-01,',
        'B,x,w,commune,H05,,,,2020-01-01,',
      ),
    );
    const page = await units.list({
      at: undefined,
      code: undefined,
      after: ['A', '2020-01-01'],
      limit: 9,
    });
    expect(page.map((row) => `${row.code} ${row.valid_from}`)).toEqual(['A 2021-01-01', 'B 2020-01-01']);
  });
});

it('finds an overlap exactly where two validities of a code share a day', () => {
  const day = fc.integer({ min: 1, max: 9 }).map((n) => `2025-01-0${n}`);
  const span = fc.tuple(day, fc.option(day)).filter(([from, to]) => to === null || to >= from);
  fc.assert(
    fc.property(span, span, ([aFrom, aTo], [bFrom, bTo]) => {
      const days = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((n) => `2025-01-0${n}`);
      const holds = (from: string, to: string | null, at: string) => from <= at && (to === null || at <= to);
      const shared = days.some((at) => holds(aFrom, aTo, at) && holds(bFrom, bTo, at));
      const rows = [
        { line: 2, row: { code: 'A', valid_from: aFrom, valid_to: aTo } },
        { line: 3, row: { code: 'A', valid_from: bFrom, valid_to: bTo } },
      ];
      expect(overlaps(rows, ['code']).length > 0).toBe(shared);
    }),
  );
});

it('the register of procedures holds them in their time', async () => {
  const procedures = createProcedures(await ground());
  const csv =
    'code,name,field_code,field_name,level,valid_from,valid_to\n1.001193,Khai sinh,G15-TP01,Hộ tịch,commune,2020-01-01,\n9,Khác,,,,2020-01-01,2020-12-31';
  expect(await procedures.import(load(csv))).toMatchObject({ added: 2 });
  expect(await procedures.at('1.001193', '2022-12-01')).toMatchObject({ field_name: 'Hộ tịch', level: 'commune' });
  expect(await procedures.at('9', '2022-12-01')).toBeUndefined();
});
