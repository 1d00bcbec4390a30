import type { Direction } from '../../../contracts/domain/statement.ts';
import { textCell } from './cells.ts';
import { printedAmount, signed } from './printed-amount.ts';

/** What running text says between the day of an entry and the next entry. */
export interface Movement {
  readonly documentNumber: string | null;
  readonly direction: Direction;
  readonly amount: bigint;
  readonly balance: bigint;
  readonly reversal: boolean;
  readonly narrative: string;
}

/** Pieces between blanks that one number may be broken into. */
const PIECES = 4;
/** Interest has the account's own number behind its four digits (WIRE.md A4.1). */
const DOCUMENT = /^\d{4}[.-]\d{1,19}$/;
const AMOUNT = /^\(?-?\d{1,3}(?:[.,]\d{3})*(?:[.,]\d{1,2})?\)?-?$/;

/**
 * The one movement that leads from the balance before to the balance printed, or why there is none. Numbers may be broken
 * by blanks: all ways to put them together are tried, and where they do not say the same movement, none counts.
 */
export function movementsIn(text: string, before: bigint, currency: string): Movement | string {
  const tokens = text.split(/\s+/).filter((token) => token !== '');
  const found: Movement[] = [];
  const numbersAt = (from: number): readonly { readonly value: bigint; readonly next: number }[] =>
    Array.from({ length: PIECES }, (_, more) => from + more + 1).flatMap((next) => {
      const whole = tokens.slice(from, next).join('');
      if (next > tokens.length || !AMOUNT.test(whole)) return [];
      const printed = printedAmount(textCell(whole), currency, ',');
      return 'wrong' in printed ? [] : [{ value: signed(printed), next }];
    });
  const tell = (documentNumber: string | null, values: readonly bigint[], next: number) => {
    const balance = values.at(-1) ?? 0n;
    const moved = balance - before;
    const sides = values.slice(0, -1);
    const amounts = sides.filter((value) => value !== 0n);
    const [printed] = amounts;
    if (printed === undefined || amounts.length > 1 || (moved !== printed && moved !== -printed)) return;
    // Two sides stand in the order debit, credit: the one that is not zero says its own direction.
    const net = sides.length === 2 ? (sides[1] ?? 0n) - (sides[0] ?? 0n) : moved;
    if (net !== moved) return;
    const movement: Movement = {
      ...{ documentNumber, direction: moved > 0n ? 'credit' : 'debit', amount: moved < 0n ? -moved : moved, balance },
      ...{ reversal: printed < 0n, narrative: tokens.slice(next).join(' ') },
    };
    found.push(movement);
  };
  const after = (documentNumber: string | null, from: number) => {
    for (const first of numbersAt(from))
      for (const second of numbersAt(first.next)) {
        tell(documentNumber, [first.value, second.value], second.next);
        for (const third of numbersAt(second.next))
          tell(documentNumber, [first.value, second.value, third.value], third.next);
      }
  };
  for (let next = 1; next <= Math.min(PIECES, tokens.length); next += 1) {
    const whole = tokens.slice(0, next).join('');
    if (DOCUMENT.test(whole)) after(whole, next);
  }
  if (found.length === 0) after(null, 0);
  const [first, ...others] = found;
  if (first === undefined) return 'does not follow from the balance before and the amount';
  const same = (other: Movement): boolean =>
    other.amount === first.amount && other.direction === first.direction && other.narrative === first.narrative;
  return others.every(same) ? first : 'can be read in more than one way';
}
