/**
 * Keys whose seals are believed: `KEY`, or `KEY@N` for one that was given up after seal N. What a key that was given up
 * signs afterwards is not believed, and what it signed before cannot be signed anew: the seals after it hold it fast.
 */
export function trusts(keys: readonly string[], publicKey: string, n: number): boolean {
  return keys.some((text) => keyOf(text) === publicKey && n <= lastOf(text));
}

export const keyOf = (text: string): string => text.split('@')[0] ?? '';

/** The newest seal that the key is believed for. */
export function lastOf(text: string): number {
  const [, last] = text.split('@');
  return last === undefined ? Number.POSITIVE_INFINITY : /^\d+$/.test(last) ? Number(last) : -1;
}
