import xlsx from '@e965/xlsx';
import { expect, test } from 'vitest';
import { amountOf, statements } from './sample.ts';
import { writeCashup } from './write-cashup.ts';

const book = xlsx.read(writeCashup(statements));
const rows = xlsx.utils.sheet_to_json<unknown[]>(book.Sheets.VCBACCOUNTDETAILBASEXLS ?? {}, { header: 1 });

test('has a section for each account, with label in column 0 and value in column 2', () => {
  expect(book.SheetNames).toEqual(['VCBACCOUNTDETAILBASEXLS']);
  expect(rows.filter(([label]) => label === 'SAO KÊ TÀI KHOẢN\nSTATEMENT OF ACCOUNT')).toHaveLength(statements.length);
  const numbers = rows.filter(([label]) => label === 'Số tài khoản/Account number').map((row) => row[2]);
  expect(numbers).toEqual(statements.map(({ account }) => account.number));
  expect(numbers).toHaveLength(4);
  const opening = rows.find(([label]) => label === 'Số dư đầu kỳ/Opening balance')?.[2];
  expect(opening).toMatch(/^[\d,]+ VND$/);
});

test('the rows of each section sum to its total row and its balances', () => {
  let at = -1;
  let moved = 0;
  const sums: number[] = [];
  for (const row of rows) {
    if (String(row[0]).startsWith('SAO KÊ')) {
      at += 1;
      moved = 0;
    }
    if (typeof row[0] === 'number') {
      expect(row[1]).toMatch(/^\d{2}\/12\/2022 {5,}\d{4}\.\d+$/);
      moved += amountOf(row[3]) - amountOf(row[2]);
      expect(amountOf(row[4])).toBe((statements[at]?.opening ?? Number.NaN) + moved);
    }
    if (row[0] === 'Tổng số/Total') {
      expect(amountOf(row[3]) - amountOf(row[2])).toBe(moved);
      sums.push((statements[at]?.opening ?? Number.NaN) + moved);
    }
  }
  expect(sums).toEqual(statements.map(({ closing }) => closing));
});
