import { z } from 'zod';

/** Values that a system writes one way today and another tomorrow. */

/** A code or an amount, written as a text or as a number. */
export const textual = z.union([z.string(), z.number()]).transform(String);
/** The same, or nothing: "". */
export const perhaps = textual.nullish().transform((text) => text ?? '');
/** A sum, as a number or as digits; null for none. */
export const amount = z
  .union([z.number(), z.string().regex(/^\d*(\.\d+)?$/)])
  .nullish()
  .transform((value) => (value == null || value === '' ? null : Number(value)));
