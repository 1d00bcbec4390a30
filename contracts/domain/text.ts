import { z } from 'zod';

/** Marks in a row that a text may have to be composed: no language has as many, and ordering them costs their square. */
const MARKS_TO_COMPOSE = 30;
const LONG_RUN = new RegExp(`(\\p{M}{${MARKS_TO_COMPOSE + 1},})`, 'u');

/**
 * Characters that stand in NFC as they are, and next to each other too: none is a mark, none stands for another. What
 * is written in Vietnamese, composed, has no others; to look for one costs a tenth of what composing does.
 */
const COMPOSED_ALREADY = /^[\0-\u02ff\u1e00-\u1eff\u2010-\u2027]*$/;
export const isPlainlyComposed = (text: string): boolean => COMPOSED_ALREADY.test(text);

/**
 * The text in Unicode NFC, in time that grows with its length alone, whatever stands in it: a run of more than 30 marks
 * stays as it is. Nothing else normalises (`npm run check:house`).
 */
export function composed(text: string): string {
  if (isPlainlyComposed(text)) return text;
  if (text.length <= MARKS_TO_COMPOSE || !LONG_RUN.test(text)) return text.normalize('NFC');
  return text
    .split(LONG_RUN)
    .map((piece, index) => (index % 2 === 1 ? piece : piece.normalize('NFC')))
    .join('');
}

/** Letters without their marks, đ and Đ as d and D, in time that grows with the length alone. */
export function unmarked(text: string): string {
  return text
    .replace(/\p{M}+/gu, '')
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D');
}

/** UTF-16 units that one composed letter takes at most before it is composed. */
const UNITS_A_LETTER = 4;

/**
 * A text of at most `max` UTF-16 units once it is in NFC, which it is brought to. Its length is bounded before anything
 * else looks at it: a check that fails otherwise does not keep the following ones from running.
 */
export const boundedText = (max: number) =>
  z
    .string()
    .max(max * UNITS_A_LETTER, { abort: true, error: `must not be longer than ${max} characters` })
    .overwrite(composed)
    .max(max);

/** The same without blanks at its ends, and not empty. */
export const words = (max: number, min = 1) =>
  z
    .string()
    .max(max * UNITS_A_LETTER, { abort: true, error: `must not be longer than ${max} characters` })
    .overwrite(composed)
    .trim()
    .min(min, min === 1 ? 'must not be empty' : undefined)
    .max(max);

/** As it is given, bounded alone: for what is composed where it is compared. */
export const asGiven = (max: number) => z.string().max(max, { abort: true });

/**
 * Where in a JSON value a text stands that not every store can keep (a NUL, or half of a surrogate pair), or undefined.
 * Keys are looked at too.
 */
export function unstorable(value: unknown, path: readonly PropertyKey[] = []): readonly PropertyKey[] | undefined {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (unstorable(key) !== undefined) return path;
    const found = unstorable(inner, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a JSON text can hold such a value at all: quick, and true for texts that hold none. */
export const mayBeUnstorable = (json: string): boolean => /\\u(?:0000|d[89a-f])/i.test(json);

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The bytes as text without a byte order mark; undefined where they are not valid UTF-8. U+FFFD that was written as
 * such is a character like any other.
 */
export function fromUtf8(bytes: ArrayBuffer | Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** RFC 6901. */
export const jsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

export const UNSTORABLE = 'holds a character that cannot be kept (NUL, or half of a pair)';

/**
 * Lower case, no marks, đ as d, single blanks: how Vietnamese words are searched for and compared, because the same
 * ones come composed, decomposed, in capitals or typed without marks.
 */
export function folded(text: string): string {
  return unmarked(text).toLowerCase().replace(/\s+/g, ' ').trim();
}
