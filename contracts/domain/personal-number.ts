/** Digits in a row that may be somebody's: the shortest identity and phone numbers have nine. */
const DIGITS = 9;
const RUN = new RegExp(`[\\p{Nd}\\p{No}]{${DIGITS}}`, 'u');

/** Dates and times of day, as people write them into a sentence: a calendar's numbers are nobody's. */
const DATE_OR_TIME =
  /(?<![\p{N}])(?:\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}|\d{1,2}[:h]\d{2})(?![\p{N}])/gu;

/**
 * Whether a text holds what could be an identity or phone number, however it is written: full-width and all other digits
 * count, and whatever stands between two of them but a letter does not. Dates and times are none.
 */
export const holdsNumber = (text: string): boolean => holdsNumberInAWord(text.replaceAll(DATE_OR_TIME, 'x'));

/** The same where dates count too: for a text that is a single word. */
export const holdsNumberInAWord = (text: string): boolean => RUN.test(text.replaceAll(/[^\p{L}\p{N}]+/gu, ''));
