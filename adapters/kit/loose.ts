import { z } from 'zod';
import { asGiven } from '../../contracts/domain/text.ts';

/** Values that a system writes one way today and another tomorrow. */

/** Longer than any number that somebody writes. */
const LONGEST_NUMBER = 100;
/** The longest that a code, a reference or a time is known to be (WIRE.md 2.2). What is longer is no answer of theirs. */
const LONGEST_TEXT = 255;
/** Words for people, and the text of a transfer. */
const LONGEST_WORDS = 4000;
/** A number written as a text of this pattern. */
export const digits = (pattern: RegExp) => asGiven(LONGEST_NUMBER).regex(pattern);
/** Where a page of theirs stands. */
export const pageAddress = asGiven(4000).check(z.url({ protocol: /^https?$/ }));

/** A code or a reference, written as a text. */
export const shortText = asGiven(LONGEST_TEXT);
/** A code or an amount, written as a text or as a number. */
export const textual = z.union([shortText, z.number()]).transform(String);
const orNothing = (text: string | null | undefined) => text ?? '';
/** The same, or nothing: "". */
export const perhaps = textual.nullish().transform(orNothing);
/** What they say beside a code, or nothing: "". */
export const perhapsWords = z
  .union([asGiven(LONGEST_WORDS), z.number()])
  .transform(String)
  .nullish()
  .transform(orNothing);
/** A sum, as a number or as digits; null for none. */
export const amount = z
  .union([z.number(), digits(/^\d*(\.\d+)?$/)])
  .nullish()
  .transform((value) => (value == null || value === '' ? null : Number(value)));
