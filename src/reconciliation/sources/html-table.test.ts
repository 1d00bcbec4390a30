import { describe, expect, it } from 'vitest';
import { COLUMNS_LIMIT } from './cells.ts';
import { readHtmlTables } from './html-table.ts';
import { openWorkbook } from './sheet.ts';

const table = (...rows: readonly (readonly string[])[]): string =>
  `<table>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n')}</table>`;
const page = (body: string, charset = ''): string =>
  `<html><head>${charset && `<meta http-equiv="Content-Type" content="text/html; charset=${charset}">`}</head><body>${body}</body></html>`;
/** One byte for each character, as it stands in the code page. */
const bytewise = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
function utf16(text: string, littleEndian: boolean, mark = true): Uint8Array {
  const bytes = new Uint8Array(2 * (text.length + 1));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, littleEndian);
  for (let at = 0; at < text.length; at += 1) view.setUint16(2 * (at + 1), text.charCodeAt(at), littleEndian);
  return mark ? bytes : bytes.slice(2);
}
function textsOf(bytes: Uint8Array): readonly (readonly string[])[] | string {
  const opened = openWorkbook(bytes);
  if ('kind' in opened) return opened.message;
  return opened.sheets.flatMap(({ rows }) => rows.map(({ cells }) => cells.map(({ text }) => text)));
}

describe('encodings', () => {
  it.each<[string, Uint8Array]>([
    ['UTF-8', utf8(page(table(['Số dư', 'Nội dung – 1'])))],
    ['UTF-8 with its mark', utf8(`\ufeff${page(table(['Số dư', 'Nội dung – 1']))}`)],
    ['UTF-16 LE', utf16(page(table(['Số dư', 'Nội dung – 1'])), true)],
    ['UTF-16 BE', utf16(page(table(['Số dư', 'Nội dung – 1'])), false)],
    [
      'Windows-1252, what it lacks as references',
      bytewise(page(table(['S&#7889; d&#432;', 'N&#7897;i dung \x96 1']), 'windows-1252')),
    ],
    [
      'Latin 1, which is read as Windows-1252',
      bytewise(page(table(['S&#x1ED1; d&#x1b0;', 'N&#7897;i dung \x96 1']), 'ISO-8859-1')),
    ],
    // ô, ư, ộ of letters and marks that follow them.
    ['Windows-1258', bytewise(page(table(['S\xf4\xec d\xfd', 'N\xf4\xf2i dung \x96 1']), 'windows-1258'))],
  ])('%s', (_name, bytes) => {
    expect(textsOf(bytes)).toEqual([['Số dư', 'Nội dung – 1']]);
  });

  it.each<[string, Uint8Array]>([
    ['bytes that are no UTF-8, where no other encoding is named', bytewise(page(table(['S\xf4\xec'])))],
    ['UTF-16 without its mark', utf16(page(table(['x'])), true, false)],
    ['half a character', utf16(page(table(['x'])), true).slice(0, -1)],
  ])('%s', (_name, bytes) => {
    expect(textsOf(bytes)).toBe('is not text in UTF-8, UTF-16 or Windows-1258');
  });
});

describe('tables', () => {
  it('columns that are spanned are empty; tags, styles and comments are no text', () => {
    const html = page(
      `<style>td { color: <red> }</style><table><tr><td colspan=2><b>a</b> &lt;b&gt;</td><td>c<!-- <td>no</td> --></td></tr></table>`,
    );
    expect(textsOf(utf8(html))).toEqual([['a <b>', '', 'c']]);
  });

  it.each<[string, string, string]>([
    ['columns', table(Array.from({ length: COLUMNS_LIMIT + 1 }, () => 'x')), 'has more than 64 columns'],
    ['columns by their span', '<table><tr><td colspan="999">x</td></tr></table>', 'has more than 64 columns'],
    ['tables', '<table></table>'.repeat(201), 'has more than 200 tables'],
    ['rows', `<table>${'<tr><td>x'.repeat(200_001)}</table>`, 'the file has more than 200000 rows'],
    ['text in a cell', table(['x'.repeat(32_769)]), 'has a cell that is too long'],
  ])('too many or too much: %s', (_name, html, message) => {
    expect(textsOf(utf8(page(html)))).toBe(message);
  });

  it('random bytes and mutations are a problem at most, never thrown', () => {
    const whole = utf8(page(table(['Ngày', 'Ghi nợ'], ['2026-10-01', '&#7889;&nbsp;1'])));
    for (let turn = 0; turn < 500; turn += 1) {
      const bytes = whole.slice(0, turn % 5 === 0 ? (turn * 13) % whole.length : whole.length);
      if (bytes.length > 0) bytes[(turn * 7_919) % bytes.length] = (turn * 31) % 256;
      readHtmlTables(bytes);
      readHtmlTables(bytes.map((byte, at) => (byte * 31 + at * turn) % 256));
    }
  });
});
