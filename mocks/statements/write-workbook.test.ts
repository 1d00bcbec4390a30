import xlsx from '@e965/xlsx';
import { expect, test } from 'vitest';
import { amountOf, dollars, dong, sumOf } from './sample.ts';
import { writeWorkbook } from './write-workbook.ts';

function cellsOf(bytes: Uint8Array) {
  const book = xlsx.read(bytes, { cellNF: true, cellStyles: true });
  expect(book.SheetNames).toEqual(['Vietcombank_Account_Statement']);
  const sheet = book.Sheets.Vietcombank_Account_Statement;
  if (sheet === undefined) throw new RangeError('no sheet');
  return { sheet, at: (place: string) => sheet[place]?.v as unknown };
}

test('the header stands in row 13, the data below it, column A is hidden and 15 rows follow', () => {
  const { sheet, at } = cellsOf(writeWorkbook(dong));
  expect(sheet['!cols']?.[0]?.hidden).toBe(true);
  expect(at('C13')).toMatch(/^Ngày\n/);
  expect(at('D13')).toMatch(/Debit$/);
  expect(at('G13')).toMatch(/Transactions in detail$/);
  expect([at('B14'), at(`B${13 + dong.lines.length}`)]).toEqual([1, dong.lines.length]);
  expect(xlsx.utils.decode_range(sheet['!ref'] ?? '').e.r + 1).toBe(13 + dong.lines.length + 15);
  expect(sheet.B14?.z).toBe('dd/mm/yyyy');
});

test('amounts are texts that add up row by row, and the day and number share a cell', () => {
  const { sheet, at } = cellsOf(writeWorkbook(dong));
  let balance = amountOf(at('D9'));
  expect(balance).toBe(dong.opening);
  dong.lines.forEach((line, index) => {
    const row = 14 + index;
    for (const column of ['D', 'E', 'F', 'G']) expect(sheet[`${column}${row}`]?.t).toBe('s');
    balance += amountOf(at(`E${row}`)) - amountOf(at(`D${row}`));
    expect(amountOf(at(`F${row}`))).toBe(balance);
    expect(at(`C${row}`)).toMatch(/^\d{2}\/12\/2022\n\d{4} - \d+$/);
    expect(at(`G${row}`)).toBe(line.narrative);
  });
  expect(balance).toBe(amountOf(at('D10')));
  expect(balance).toBe(dong.closing);
});

test('with a column for the effective date everything behind it stands one further', () => {
  const { at } = cellsOf(writeWorkbook(dollars, { effectiveDate: true }));
  expect(at('D13')).toMatch(/Effective date$/);
  const credits = sumOf(dollars.lines.map((_, index) => amountOf(at(`F${14 + index}`))));
  expect(credits).toBe(dollars.credits);
  expect(at('F14') || at('E14')).toMatch(/^[\d,]+\.\d\d$/);
});
