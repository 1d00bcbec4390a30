import xlsx from '@e965/xlsx';
import { expect, test } from 'vitest';
import { amountOf, dong, sumOf } from './sample.ts';
import { writeSimple } from './write-simple.ts';

const header = ['Ngày giao dịch', 'Số tham chiếu', 'Số tiền ghi nợ', 'Số tiền ghi có', 'Mô tả'];

test('workbook and CSV say the same, sum to the total row and to what was booked', () => {
  const book = xlsx.read(writeSimple(dong, 'xlsx'));
  const sheet = book.Sheets.Vietcombank_Account_Statement ?? {};
  const rows = xlsx.utils.sheet_to_json<string[]>(sheet, { header: 1, defval: '' });
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(writeSimple(dong, 'csv'));
  expect(text.startsWith('\uFEFFNgày giao dịch,')).toBe(true);
  const csv = xlsx.read(text.slice(1), { type: 'string', raw: true });
  const sheetOfCsv = csv.Sheets[csv.SheetNames[0] ?? ''] ?? {};
  expect(xlsx.utils.sheet_to_json(sheetOfCsv, { header: 1, defval: '' })).toEqual(rows);

  expect(rows[0]).toEqual(header);
  const body = rows.slice(1, -1);
  const total = rows.at(-1) ?? [];
  expect(body).toHaveLength(dong.lines.length);
  expect(total[1]).toBe('Tổng');
  expect([2, 3].map((column) => sumOf(body.map((row) => amountOf(row[column]))))).toEqual([dong.debits, dong.credits]);
  expect([amountOf(total[2]), amountOf(total[3])]).toEqual([dong.debits, dong.credits]);
  for (const [date] of body) expect(date).toMatch(/^\d{2}\/12\/2022$/);
});
