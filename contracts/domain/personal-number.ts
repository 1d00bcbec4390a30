/** Digits in a row that may be somebody's: the shortest identity and phone numbers have nine. */
const DIGITS = 9;
const RUN = new RegExp(`[\\p{Nd}\\p{No}]{${DIGITS}}`, 'u');

/**
 * Whether a text holds what could be an identity or phone number, however it is written: full-width and all other digits
 * count, and what may stand between two of them (blanks, dots, dashes, joiners) does not. A date and a time keep their
 * strokes and colons, so they are none.
 */
export const holdsNumber = (text: string): boolean =>
  RUN.test(text.replaceAll(/[\p{Z}\p{Pd}\p{Pc}\p{Cf}\s.·•−]+/gu, ''));

/** The same where nothing but letters keeps digits apart: for a text that is a single word. */
export const holdsNumberInAWord = (text: string): boolean => RUN.test(text.replaceAll(/[^\p{L}\p{N}]+/gu, ''));
