import {
  isPaymentReference,
  PAYMENT_REFERENCE_LENGTH,
  referencesIn,
} from '../../../contracts/domain/payment-reference.ts';
import { unmarked } from '../../../contracts/domain/text.ts';

/** Digits behind `LT` from which on a reference that was cut can be looked for. */
const LEAST_CUT_DIGITS = 6;

/** What a narrative names, as far as it can be told without knowing any payment. */
export interface Names {
  /** Letters and digits alone, in capitals. */
  readonly text: string;
  /** In capitals without marks, everything between letters and digits as it stands. */
  readonly raw: string;
  /** References whose check digits are right. */
  readonly references: readonly string[];
  /** `LT` and fewer than twelve digits. */
  readonly cut: readonly string[];
  /** Right only where O is taken for 0 and I or L for 1. */
  readonly lookalike: readonly string[];
  /** Where something stands that begins like a reference. */
  readonly begins: readonly number[];
}

export const bare = (text: string): string =>
  unmarked(text)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');

export function namesIn(narrative: string): Names {
  const raw = unmarked(narrative).toUpperCase();
  const text = raw.replace(/[^A-Z0-9]/g, '');
  const references = referencesIn(text);
  const cut: string[] = [];
  const lookalike: string[] = [];
  const begins: number[] = [];
  for (let at = text.indexOf('LT'); at >= 0; at = text.indexOf('LT', at + 1)) {
    const behind = text.slice(at + 2, at + PAYMENT_REFERENCE_LENGTH);
    const digits = /^\d*/.exec(behind)?.[0] ?? '';
    const taken = `LT${behind.replaceAll('O', '0').replace(/[IL]/g, '1')}`;
    if (/\d{3}/.test(behind)) begins.push(at);
    if (references.includes(`LT${behind}`)) continue;
    if (isPaymentReference(taken)) lookalike.push(taken);
    else if (digits.length >= LEAST_CUT_DIGITS && digits.length < PAYMENT_REFERENCE_LENGTH - 2) cut.push(`LT${digits}`);
  }
  return { text, raw, references, cut, lookalike, begins };
}

/** Shorter codes are words and numbers like others. */
const LEAST_CODE_LENGTH = 10;

/** Whether a code stands there in full, whatever stands between its characters, and is not the beginning of a longer one. */
export function standsIn({ raw, text }: Names, code: string): boolean {
  const plain = bare(code);
  if (plain.length < LEAST_CODE_LENGTH || !text.includes(plain)) return false;
  const pattern = [...plain].join('[^A-Z0-9]*');
  return new RegExp(`(?<![A-Z0-9])${pattern}(?![0-9])`).test(raw);
}

/** Where something begins like a reference, outside of a code: numbers of tax notices begin with `LTB` (WIRE.md 3.2). */
export function beginsBeside({ text, begins }: Pick<Names, 'text' | 'begins'>, code: string): readonly number[] {
  const plain = bare(code);
  if (plain === '') return begins;
  const from: number[] = [];
  for (let at = text.indexOf(plain); at >= 0; at = text.indexOf(plain, at + 1)) from.push(at);
  return begins.filter((begin) => !from.some((at) => begin >= at && begin < at + plain.length));
}

/** Whether the reference stands there with one character wrong, lost, or too many, or two neighbours swapped. */
export function nearly({ text, begins }: Names, reference: string): boolean {
  return begins.some((at) =>
    [0, -1, 1].some((more) => {
      const there = text.slice(at, at + reference.length + more);
      return there.length === reference.length + more && isOneOff(there, reference);
    }),
  );
}

/** Exactly one edit apart: a character replaced, inserted or left out, or two neighbours swapped. */
function isOneOff(one: string, other: string): boolean {
  let from = 0;
  while (from < one.length && from < other.length && one[from] === other[from]) from += 1;
  let back = 0;
  while (back < one.length - from && back < other.length - from && one.at(-1 - back) === other.at(-1 - back)) back += 1;
  const [left, right] = [one.slice(from, one.length - back), other.slice(from, other.length - back)];
  if (left.length <= 1 && right.length <= 1) return left.length + right.length > 0;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
