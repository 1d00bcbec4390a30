import { utils, type WorkSheet, write } from '@e965/xlsx';
import { describe, expect, it } from 'vitest';
import type { Told } from './source.ts';
import { createUnderstander } from './understand.ts';
import { workbookReader } from './workbook-reader.ts';

type Value = string | number | null;
const ACCOUNT = '0011000000001';

async function read(sheet: WorkSheet, name: string, bookType: 'xlsx' | 'biff8', account: string | null) {
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, name);
  const bytes = new Uint8Array(write(book, { type: 'array', bookType, cellStyles: true }) as ArrayBuffer);
  const { format, parts } = await workbookReader.open(
    (async function* () {
      yield bytes;
    })(),
  );
  const told = [...parts({ account })].flat();
  const understander = createUnderstander({ expected: account });
  const lines = understander.take(told);
  const { accounts, problems } = understander.end();
  return { format, told, lines, accounts, problems };
}
const problemsIn = (told: readonly Told[]) => told.filter(({ kind }) => kind === 'problem');

describe('the template "AccountStatement" (WIRE.md A4.2)', () => {
  const HEAD = [
    ...['Số CT\nDoc No', 'Ngày\nTNX Date', 'Số tiền ghi nợ\nDebit', 'Số tiền ghi có\nCredit', 'Số dư\nBalance'],
    'Nội dung chi tiết\nTransactions in detail',
  ];
  const section = (account: string, closing = '1,160,000'): readonly (readonly Value[])[] => [
    ['Số tài khoản\nAccount number', null, account],
    ['Loại tiền\nCurrency', null, 'VND'],
    ['Số dư đầu kỳ\nOpening balance', null, '1,000,000 VND'],
    HEAD,
    ['5285.82284', '01/10/2026', null, '163,000', '1,163,000', 'MBVCB.1.LT000000000001'],
    ['9914.1', '02/10/2026', '3,000', null, '1,160,000', 'PHI'],
    ['Tổng số\nTotal', null, '3,000', '163,000'],
    ['Số dư cuối kỳ\nClosing balance', null, `${closing} VND`],
    [],
  ];
  const sheetOf = (...sections: readonly (readonly (readonly Value[])[])[]): WorkSheet =>
    utils.aoa_to_sheet(sections.flat().map((row) => [...row]));

  it.each(['xlsx', 'biff8'] as const)('several accounts, number and day in columns of their own (%s)', async (type) => {
    const seen = await read(sheetOf(section(ACCOUNT), section('0011000000002')), 'AccountStatement', type, null);
    expect(seen.format).toBe('vietcombank-cashup');
    expect(seen.problems).toEqual([]);
    expect(seen.told.map(({ kind }) => kind).join(' ')).toBe('account line line closing account line line closing');
    expect(seen.accounts).toMatchObject([
      { account: ACCOUNT, opening: 100_000_000_000n, closing: 116_000_000_000n, lines: 2 },
      { account: '0011000000002', opening: 100_000_000_000n, closing: 116_000_000_000n, lines: 2 },
    ]);
    expect(seen.lines[0]).toMatchObject({
      ...{ row: 5, date: '2026-10-01', documentNumber: '5285.82284', direction: 'credit', amountVnd: 163_000 },
    });
  });

  it('a closing balance that does not follow, and a section that was cut, are problems', async () => {
    const wrong = await read(sheetOf(section(ACCOUNT, '1,160,001')), 'AccountStatement', 'xlsx', null);
    expect(wrong.problems.map(({ column }) => column)).toContain('closing balance');
    const cut = await read(sheetOf(section(ACCOUNT).slice(0, 6)), 'AccountStatement', 'xlsx', null);
    expect(problemsIn(cut.told)).toMatchObject([{ row: 6, column: null }]);
  });
});

describe('the simple template as a workbook (WIRE.md A4.2)', () => {
  /** As a spreadsheet keeps it: days and amounts as numbers, a title that spans columns, a column that is hidden. */
  function sheetOf(total: number, entries: readonly (readonly Value[])[]): WorkSheet {
    const sheet = utils.aoa_to_sheet([
      [null, 'SAO KÊ TÀI KHOẢN'],
      [],
      [null, 'Ngày giao dịch', 'Số tham chiếu', 'Số tiền ghi nợ', 'Số tiền ghi có', 'Mô tả'],
      ...entries.map((entry) => [null, ...entry]),
      [null, null, 'Tổng', 0, total, null],
    ]);
    for (const place of Object.keys(sheet)) {
      const cell = sheet[place] as { t?: string; z?: string };
      if (cell.t === 'n') cell.z = place.startsWith('B') ? 'dd/mm/yyyy' : '#,##0';
    }
    sheet['!cols'] = [{ hidden: true }, { wch: 14 }, { wch: 20 }];
    sheet['!merges'] = [utils.decode_range('B1:F1')];
    return sheet;
  }
  /** 2026-10-01 as a spreadsheet counts days. */
  const DAY = 46_296;
  const ENTRIES: readonly (readonly Value[])[] = [
    [DAY, '5285.82284', null, 163_000, 'MBVCB.1.LT000000000001'],
    ['02/10/2026', '9914.1', '', '2,000', 'Nguyễn Văn Mẫu\nnộp phí'],
  ];

  it.each(['xlsx', 'biff8'] as const)('numbers and texts side by side (%s)', async (type) => {
    const seen = await read(sheetOf(165_000, ENTRIES), 'Vietcombank_Account_Statement', type, ACCOUNT);
    expect([seen.format, seen.problems]).toEqual(['vietcombank-simple', []]);
    expect(seen.lines).toMatchObject([
      { row: 4, account: ACCOUNT, date: '2026-10-01', documentNumber: '5285.82284', amountVnd: 163_000 },
      { row: 5, date: '2026-10-02', direction: 'credit', amountVnd: 2_000, narrative: 'Nguyễn Văn Mẫu nộp phí' },
    ]);
  });

  it('a wrong total, no total, half a đồng and no account are problems', async () => {
    const columns = async (sheet: WorkSheet, account: string | null = ACCOUNT) =>
      (await read(sheet, 'S', 'xlsx', account)).problems.map(({ row, column }) => [row, column]);
    expect(await columns(sheetOf(165_001, ENTRIES))).toEqual([[6, 'credits']]);
    const cut = sheetOf(165_000, ENTRIES);
    cut['!ref'] = 'A1:F5';
    expect(await columns(cut)).toEqual([[5, null]]);
    const half = await columns(sheetOf(165_000.5, [...ENTRIES, ['03/10/2026', '1.1', null, 0.5, 'x']]));
    expect(half[0]?.[0]).toBe(6);
    expect(await columns(sheetOf(165_000, ENTRIES), null)).toEqual([[3, 'account']]);
  });
});
