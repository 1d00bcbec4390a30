import { utils, type WorkSheet, write } from '@e965/xlsx';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { COLUMNS_LIMIT, ROWS_LIMIT, SHEETS_LIMIT } from './cells.ts';
import { openWorkbook, WORKBOOK_LIMIT_BYTES } from './sheet.ts';

function workbook(sheets: readonly WorkSheet[]): Uint8Array {
  const book = utils.book_new();
  for (const [index, sheet] of sheets.entries()) utils.book_append_sheet(book, sheet, `S${index + 1}`);
  return new Uint8Array(write(book, { type: 'array', bookType: 'xlsx', compression: true }) as ArrayBuffer);
}
/** A sheet with one text alone, from A1 on to where it stands. */
const withCell = (row: number, column: number): WorkSheet => {
  const place = utils.encode_cell({ r: row - 1, c: column - 1 });
  return { [place]: { t: 's', v: 'x' }, '!ref': `A1:${place}` };
};

it('rows, columns and sheets up to the limits are read', () => {
  const opened = openWorkbook(
    workbook([
      ...[withCell(ROWS_LIMIT, 1), withCell(3, COLUMNS_LIMIT)],
      ...Array.from({ length: SHEETS_LIMIT - 2 }, () => utils.aoa_to_sheet([['y']])),
    ]),
  );
  expect(opened).toMatchObject({ container: 'xlsx' });
  if ('kind' in opened) return;
  expect(opened.sheets.length).toBe(SHEETS_LIMIT);
  expect(opened.sheets.slice(0, 2).map(({ rows }) => rows.map(({ row, cells }) => [row, cells.length]))).toEqual([
    [[ROWS_LIMIT, 1]],
    [[3, COLUMNS_LIMIT]],
  ]);
});

it.each<[string, Uint8Array, number, string]>([
  ['a column too many', workbook([withCell(3, COLUMNS_LIMIT + 1)]), 3, 'has more than 64 columns'],
  ['a row too many', workbook([withCell(ROWS_LIMIT + 1, 1)]), ROWS_LIMIT + 1, 'the sheet has more than 200000 rows'],
  [
    'a row far behind the last one that may be',
    workbook([withCell(ROWS_LIMIT + 300, 1)]),
    ROWS_LIMIT + 300,
    'the sheet has more than 200000 rows',
  ],
  [
    'a sheet too many',
    workbook(Array.from({ length: SHEETS_LIMIT + 1 }, () => utils.aoa_to_sheet([['y']]))),
    1,
    'has more than 20 sheets',
  ],
  ['too many bytes', new Uint8Array(WORKBOOK_LIMIT_BYTES + 1), 1, 'is larger than 16 MiB'],
])('%s is a problem', (_name, bytes, row, message) => {
  expect(openWorkbook(bytes)).toEqual({ kind: 'problem', row, column: null, message });
});

it('empty cells far outside count for nothing', () => {
  const members = unzipSync(workbook([utils.aoa_to_sheet([['x']])]));
  const name = 'xl/worksheets/sheet1.xml';
  const text = strFromU8(members[name] ?? new Uint8Array());
  const wide = text
    .replace(/<dimension ref="[^"]*"/, '<dimension ref="A1:XFD1048576"')
    .replace('</sheetData>', '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>');
  expect(wide).not.toBe(text);
  const bytes = zipSync({ ...members, [name]: strToU8(wide) });
  expect(openWorkbook(bytes)).toMatchObject({ sheets: [{ rows: [{ row: 1 }] }] });
});
