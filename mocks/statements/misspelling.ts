import { isPaymentReference, PAYMENT_REFERENCE_LENGTH } from '../../contracts/domain/payment-reference.ts';
import type { Random } from '../kit/random.ts';

/** A spelling, and what was done to get it. */
export interface Spelling {
  readonly text: string;
  readonly change: string;
}

/** Like the reference, but of a kind that the check digits notice. */
export function misspelt(reference: string, random: Random): Spelling {
  const ways = [oneDigit, twoSwapped, letterForDigit];
  for (;;) {
    const spelling = random.pick(ways)(reference, random);
    if (spelling !== undefined && !isPaymentReference(spelling.text)) return spelling;
  }
}

function oneDigit(reference: string, random: Random): Spelling {
  const at = random.int(2, PAYMENT_REFERENCE_LENGTH - 1);
  const other = (Number(reference[at]) + random.int(1, 9)) % 10;
  return { text: reference.slice(0, at) + other + reference.slice(at + 1), change: `digit ${at - 1} changed` };
}

function twoSwapped(reference: string, random: Random): Spelling | undefined {
  const at = random.int(2, PAYMENT_REFERENCE_LENGTH - 2);
  const [left = '', right = ''] = reference.slice(at, at + 2);
  if (left === right) return undefined;
  const text = reference.slice(0, at) + right + left + reference.slice(at + 2);
  return { text, change: `digits ${at - 1} and ${at} swapped` };
}

function letterForDigit(reference: string, random: Random): Spelling | undefined {
  const [digit, letter] = random.pick([['0', 'O'] as const, ['1', 'I'] as const]);
  const at = reference.indexOf(digit);
  if (at < 0) return undefined;
  return { text: reference.slice(0, at) + letter + reference.slice(at + 1), change: `${letter} for ${digit}` };
}

/** The front of it, as where a field was too short. */
export function cut(reference: string, random: Random): Spelling {
  const kept = random.int(6, PAYMENT_REFERENCE_LENGTH - 1);
  return { text: reference.slice(0, kept), change: `the first ${kept} characters kept` };
}

/** Broken or joined to its neighbours, with every letter and digit still there. */
export function mangled(reference: string, random: Random): Spelling {
  const at = random.int(2, PAYMENT_REFERENCE_LENGTH - 2);
  const broken = (mark: string) => reference.slice(0, at) + mark + reference.slice(at);
  const grouped = (mark: string) => `LT${mark}${reference.slice(2).replace(/\d{4}(?=\d)/g, `$&${mark}`)}`;
  return random.pick([
    { text: broken(' '), change: `a blank before digit ${at - 1}` },
    { text: broken('.'), change: `a full stop before digit ${at - 1}` },
    { text: broken('-'), change: `a hyphen before digit ${at - 1}` },
    { text: grouped(' '), change: 'groups of four' },
    { text: grouped('-'), change: 'groups of four with hyphens' },
    { text: `phi${reference}hoso`, change: 'joined to words' },
    { text: `A${reference}B`, change: 'joined to letters' },
  ]);
}
