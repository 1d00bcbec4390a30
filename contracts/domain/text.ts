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

/** Text that did not come as valid UTF-8 holds the character that stands for what could not be read. */
export const isNotUtf8 = (text: string): boolean => text.includes('\uFFFD');

/** RFC 6901. */
export const jsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

export const UNSTORABLE = 'holds a character that cannot be kept (NUL, or half of a pair)';

/**
 * Lower case, no marks, đ as d, single blanks: how Vietnamese words are searched for and compared, because the same
 * ones come composed, decomposed, in capitals or typed without marks.
 */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}
