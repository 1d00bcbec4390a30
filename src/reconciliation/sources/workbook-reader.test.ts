import { utils, write } from '@e965/xlsx';
import { describe, expect, it } from 'vitest';
import type { Told } from './source.ts';
import { vietcombankSimpleText } from './vietcombank-simple.ts';
import { workbookReader } from './workbook-reader.ts';

const once = async function* (bytes: Uint8Array) {
  yield bytes;
};
type Value = string | number | null;

function workbook(name: string, rows: readonly (readonly Value[])[], bookType: 'xlsx' | 'biff8' = 'xlsx'): Uint8Array {
  const sheet = utils.aoa_to_sheet(rows.map((row) => [...row]));
  for (let row = 0; row < rows.length; row += 1) {
    const cell = sheet[`B${row + 1}`];
    if (cell?.t === 'n') cell.z = 'dd/mm/yyyy';
  }
  sheet['!cols'] = [{ hidden: true }];
  sheet['!merges'] = [utils.decode_range('B2:D2')];
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, name.slice(0, 31));
  return new Uint8Array(write(book, { type: 'array', bookType }) as ArrayBuffer);
}

async function read(bytes: Uint8Array, account: string | null = null) {
  const { format, parts } = await workbookReader.open(once(bytes));
  return { format, told: [...parts({ account })].flat() };
}
const problems = (told: readonly Told[]) => told.filter(({ kind }) => kind === 'problem');

const HEAD = [
  ...[null, 'STT\nNo.', 'Ngày\nTNX Date/ Số CT/ Doc No', 'Số tiền ghi nợ/\nDebit', 'Số tiền ghi có/\nCredit'],
  ...['Số dư/\nBalance', 'Nội dung chi tiết/\nTransactions in detail'],
];
const retail = (
  entries: readonly (readonly Value[])[],
  foot: readonly (readonly Value[])[],
): readonly (readonly Value[])[] => [
  [],
  [null, 'SAO KÊ TÀI KHOẢN'],
  [null, 'Số tài khoản/Account number:', null, '0011000000001'],
  [null, 'Loại tiền/Currency:', null, 'VND'],
  [null, 'Từ/From:', null, '01/10/2026', 'Đến/To:', '31/10/2026'],
  [null, 'Số dư đầu kỳ/Opening balance:', null, '1,000,000'],
  ...[[], [], [], [], [], []],
  HEAD,
  ...entries,
  ...foot,
];
const ENTRIES = [
  [null, 1, '01/10/2026\n5285 - 82284', '', '163,000', '1,163,000', 'MBVCB.1.H02-\n1.CT tu 001'],
  [null, 2, '02/10/2026\n9914 - 1', '3,000', '', '1,160,000', 'PHI'],
];
const FOOT = [
  [null, 'Tổng số/Total', null, '3,000', '163,000'],
  [null, 'Số dư cuối kỳ/Closing balance', null, '1,160,000'],
  [null, 'Trang này in ngày 31/10/2026'],
];

describe('a retail workbook', () => {
  it.each(['xlsx', 'biff8'] as const)('is read into its parts (%s)', async (type) => {
    const { format, told } = await read(workbook('Vietcombank_Account_Statement', retail(ENTRIES, FOOT), type));
    expect(format).toBe('vietcombank-workbook');
    expect(told).toMatchObject([
      {
        ...{ kind: 'account', account: '0011000000001', currency: 'VND', from: '2026-10-01', to: '2026-10-31' },
        opening: 100_000_000_000n,
      },
      {
        ...{ kind: 'line', row: 14, date: '2026-10-01', documentNumber: '5285 - 82284', direction: 'credit' },
        ...{
          amount: 16_300_000_000n,
          balance: 116_300_000_000n,
          narrative: 'MBVCB.1.H02- 1.CT tu 001',
          reversal: false,
        },
      },
      { kind: 'line', row: 15, direction: 'debit', amount: 300_000_000n },
      { kind: 'closing', closing: 116_000_000_000n, credits: 16_300_000_000n, debits: 300_000_000n },
    ]);
  });

  it.each([
    ['an impossible date', [null, 3, '31/02/2026\n1 - 1', '', '5', '', 'x'], 'Ngày TNX Date/ Số CT/ Doc No'],
    ['no amount', [null, 3, '03/10/2026\n1 - 1', '', '', '', 'x'], 'Số tiền ghi nợ/ Debit'],
    ['both sides', [null, 3, '03/10/2026\n1 - 1', '5', '6', '', 'x'], 'Số tiền ghi nợ/ Debit'],
    ['no number', [null, 3, '03/10/2026\n1 - 1', '', '1,6', '', 'x'], 'Số tiền ghi có/ Credit'],
    ['no date', [null, 3, '', '', '5', '', 'x'], 'Ngày TNX Date/ Số CT/ Doc No'],
  ])('%s is a problem of its row and column', async (_name, entry, column) => {
    const { told } = await read(workbook('S', retail([...ENTRIES, entry], FOOT)));
    expect(problems(told)).toMatchObject([{ row: 16, column }]);
  });

  it('a negative amount goes the other way; numbers serve as well as text', async () => {
    const { told } = await read(
      workbook('S', retail([[null, 1, '01/10/2026\n1 - 1', '', -5000, 995_000, 'huy']], FOOT)),
    );
    expect(told[1]).toMatchObject({ direction: 'debit', reversal: true, amount: 500_000_000n });
  });

  it('a file that was cut, and an entry behind the end, are problems', async () => {
    expect(problems((await read(workbook('S', retail(ENTRIES, [])))).told)).toMatchObject([{ column: null }]);
    const behind = await read(workbook('S', retail(ENTRIES, [...FOOT, ...ENTRIES.slice(0, 1)])));
    expect(problems(behind.told)).toMatchObject([{ row: 19 }]);
  });

  it('random and mutated bytes are problems at most, never thrown', async () => {
    const whole = workbook('S', retail(ENTRIES, FOOT));
    const old = workbook('S', retail(ENTRIES, FOOT), 'biff8');
    for (let turn = 0; turn < 120; turn += 1) {
      const bytes = (turn % 2 === 0 ? whole : old).slice();
      bytes[(turn * 7919) % bytes.length] = (turn * 31) % 256;
      await read(bytes);
      await read(bytes.slice(0, (turn * 4_001) % bytes.length));
    }
    expect((await read(new Uint8Array([0x50, 0x4b, 3, 4, 1, 2]))).told).toMatchObject([{ kind: 'problem' }]);
  });
});

it('CashUp: several accounts in one sheet, amounts with their currency', async () => {
  const account = (number: string): readonly (readonly Value[])[] => [
    ['SAO KÊ TÀI KHOẢN\nSTATEMENT OF ACCOUNT'],
    ['Số tài khoản\nAccount number', null, number],
    ['Loại tiền\nCurrency', null, 'VND'],
    ['Số dư đầu kỳ\nOpening balance', null, '1,000,000 VND'],
    ['Số dư cuối kỳ\nClosing balance', null, '1,160,000 VND'],
    HEAD.slice(1),
    ['1', '01/10/2026        5285.82284', null, '163,000', '1,163,000', 'A'],
    ['2', '02/10/2026        9914.1', '3,000', null, '1,160,000', 'B'],
    ['Tổng số\nTotal', null, '3,000', '163,000'],
  ];
  const { format, told } = await read(
    workbook('VCBACCOUNTDETAILBASEXLS', [...account('0011000000001'), [], ...account('0011000000002')]),
  );
  expect(format).toBe('vietcombank-cashup');
  expect(told.map(({ kind }) => kind).join(' ')).toBe('account line line closing account line line closing');
  expect(told[4]).toMatchObject({ account: '0011000000002', opening: 100_000_000_000n });
});

it('the simple template as CSV', async () => {
  const text =
    '\ufeffNgày giao dịch;Số tham chiếu;Số tiền ghi nợ;Số tiền ghi có;Mô tả\r\n01/10/2026;5285.1;;"163,000";"A ""B"";\r\nC"\r\n;Tổng;0;163,000;\r\n';
  const bytes = new TextEncoder().encode(text);
  expect(vietcombankSimpleText.recognises({ bytes, text })).toBe(true);
  const told: Told[] = [];
  for await (const group of vietcombankSimpleText.read(once(bytes), { account: '0011000000001' })) told.push(...group);
  expect(told).toMatchObject([
    { kind: 'account', account: '0011000000001' },
    { kind: 'line', row: 2, documentNumber: '5285.1', direction: 'credit', narrative: 'A "B"; C' },
    { kind: 'closing', credits: 16_300_000_000n },
  ]);
});

it('HTML under an .xls name', async () => {
  const cells = (tag: string, values: readonly string[]) =>
    `<tr>${values.map((value) => `<${tag}>${value}</${tag}>`).join('')}</tr>`;
  const html = `<html><body><table><tr><td>S&#7889; t&agrave;i kho&#7843;n</td><td>0011000000001</td></tr>
${cells('th', ['Ngày', 'Số CT', 'Ghi nợ', 'Ghi có', 'Số dư', 'Nội dung'])}
${cells('td', ['2026-10-01', '5285.1', '', '163,000', '263,000', 'A &amp;<br>B'])}
${cells('td', ['Tổng số', '', '0', '163,000', '', ''])}</table></body></html>`;
  const { format, told } = await read(new TextEncoder().encode(html));
  expect(format).toBe('vietcombank-html');
  expect(told).toMatchObject([
    { kind: 'account', account: '0011000000001' },
    { kind: 'line', row: 3, date: '2026-10-01', narrative: 'A & B' },
    { kind: 'closing', credits: 16_300_000_000n },
  ]);
});
