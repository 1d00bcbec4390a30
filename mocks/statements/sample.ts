import { makeMonth } from './month.ts';
import { type AccountStatement, statementsOf } from './statement.ts';

/** A small month with every fault, for the tests of writers. */
export const sample = makeMonth({ seed: 21, payments: 900, units: 3, faults: 0.1 });
export const statements = statementsOf(sample.ledger, sample);

function first(currency: string): AccountStatement {
  const found = statements.find(({ account }) => account.currency === currency);
  if (found === undefined) throw new RangeError(`the sample has no account in ${currency}`);
  return found;
}
export const dong = first('VND');
export const dollars = first('USD');

/** `1,234,567` or `1.234.567` as a number of the smallest unit; an empty text is 0. */
export const amountOf = (text: unknown): number => Number(String(text ?? '').replace(/[.,]/g, ''));

export const sumOf = (amounts: Iterable<number>): number => [...amounts].reduce((sum, amount) => sum + amount, 0);
