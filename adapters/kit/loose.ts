import { z } from 'zod';
import { asGiven } from '../../contracts/domain/text.ts';

/** Values that a system writes one way today and another tomorrow. */

/** Longer than any number and any reference that somebody writes. */
const LONGEST_NUMBER = 100;
/** A number written as a text of this pattern. */
export const digits = (pattern: RegExp) => asGiven(LONGEST_NUMBER).regex(pattern);
/** Where a page of theirs stands. */
export const pageAddress = asGiven(4000).check(z.url({ protocol: /^https?$/ }));

/** A code or an amount, written as a text or as a number. */
export const textual = z.union([z.string(), z.number()]).transform(String);
/** The same, or nothing: "". */
export const perhaps = textual.nullish().transform((text) => text ?? '');
/** A sum, as a number or as digits; null for none. */
export const amount = z
  .union([z.number(), digits(/^\d*(\.\d+)?$/)])
  .nullish()
  .transform((value) => (value == null || value === '' ? null : Number(value)));
