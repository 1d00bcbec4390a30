import xlsx, { type WorkBook, type WorkSheet } from '@e965/xlsx';
import type { HeldAccount } from './entry.ts';

type Currency = HeldAccount['currency'];

/** An amount as a bank prints it, `1,234,567` or, of cents, `12,345.67`; the marks change places in its PDF. */
export function printed(amount: number, currency: Currency, marks: ',.' | '.,' = ',.'): string {
  const [thousands = '', point = ''] = marks;
  const places = currency === 'VND' ? 0 : 2;
  const digits = String(Math.abs(amount)).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(?:\d{3})+$)/g, thousands);
  return `${amount < 0 ? '-' : ''}${whole}${places === 0 ? '' : point + digits.slice(-places)}`;
}

/** The same without thousands and with this mark before the cents. */
export const bare = (amount: number, currency: Currency, point: ',' | '.'): string =>
  printed(amount, currency, point === '.' ? ',.' : '.,').replaceAll(point === '.' ? ',' : '.', '');

/** `dd/MM/yyyy`. */
export const dmy = (date: string): string => date.split('-').reverse().join('/');

/** A file of one sheet. */
export function workbookOf(name: string, sheet: WorkSheet): Uint8Array {
  const book: WorkBook = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(book, sheet, name);
  return new Uint8Array(xlsx.write(book, { type: 'array', bookType: 'xlsx', compression: true }) as ArrayBuffer);
}

/** Every cell a text or a number, the empty text too. */
export const sheetOf = (rows: readonly (readonly (string | number | null)[])[]): WorkSheet =>
  xlsx.utils.aoa_to_sheet(rows.map((row) => [...row]));

const encoder = new TextEncoder();
export const utf8 = (text: string): Uint8Array => encoder.encode(text);
