import type { Cell } from './cells.ts';
import { type Decimal, decimal, decimalsOf, isOf, writtenAmount } from './decimal.ts';

/** What an amount cannot be, in words; or the amount, negative where it is printed so. */
export type Printed = { readonly amount: Decimal; readonly negative: boolean } | { readonly wrong: string };

/** A currency before or behind an amount. */
const CURRENCY = /(?<![A-Z])([A-Z]{3})(?![A-Z])/i;

/** What an empty side of an entry looks like: nothing, or a dash. */
export const isBlank = (cell: Cell | undefined): boolean => cell === undefined || /^\s*[-–—]?\s*$/.test(cell.text);

/**
 * The amount of a cell. A currency without decimals leaves no doubt about its marks; in others the thousands are commas,
 * as in all of the bank's workbooks (WIRE.md A4.1).
 */
export function printedAmount(cell: Cell, currency: string, point: '.' | ',' = '.'): Printed {
  const said = cell.numeric ? undefined : CURRENCY.exec(cell.text.replace(/vnđ|đồng/gi, 'VND'))?.[1]?.toUpperCase();
  if (said !== undefined && said !== currency) return { wrong: 'is of another currency than its account' };
  const read = cell.numeric
    ? ofNumber(cell.text)
    : writtenAmount(cell.text.replace(/vnđ|đồng/gi, 'VND'), currency, decimalsOf(currency) === 0 ? undefined : point);
  if (read === undefined) return { wrong: 'is no amount that can be read' };
  return isOf(currency, read.amount) ? read : { wrong: `has more decimals than ${currency}` };
}

/** A negative one below zero. */
export const signed = (printed: { readonly amount: Decimal; readonly negative: boolean }): Decimal =>
  printed.negative ? -printed.amount : printed.amount;

function ofNumber(text: string): { readonly amount: Decimal; readonly negative: boolean } | undefined {
  const negative = text.startsWith('-');
  const amount = decimal(negative ? text.slice(1) : text);
  return amount === undefined ? undefined : { amount, negative };
}
