import { z } from 'zod';

/** Digits that any whole number here has at most (2^53 has 16). */
const DECIMAL = /^[0-9]{1,16}$/;

/** A whole number of a path or a query: decimal digits alone, so neither nothing nor `0x10`, `1e1`, `+1` or blanks. */
export const wholeNumber = (min: number, max: number = Number.MAX_SAFE_INTEGER) =>
  z.preprocess(
    (given) => (typeof given === 'string' && DECIMAL.test(given) ? Number(given) : given),
    z.int({ error: 'must be a whole number in decimal digits' }).min(min).max(max),
  );
