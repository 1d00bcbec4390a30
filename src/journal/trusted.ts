/**
 * Keys that are believed: `KEY`, or one that was given up, as `KEY@N`, `KEY@N@H@E`: after seal N, when H was the highest
 * seal ever anchored, also on what a restore had given up by then, and the anchors had E entries. What such a key signs
 * afterwards is not believed, and what it signed before cannot be signed anew: what came after it holds it fast.
 */
export interface TrustedKey {
  readonly key: string;
  /** The newest seal that it made where it was given up. */
  readonly seals: number;
  /** The newest seal that a backup may end with which it signed. */
  readonly backups: number;
  /** How many entries of the anchors were there; undefined where it was not noted, or is believed for good. */
  readonly entries: number | undefined;
}

export function trustedKey(text: string): TrustedKey {
  const [key = '', ...bounds] = text.split('@');
  if (bounds.length === 0) return { key, seals: Infinity, backups: Infinity, entries: undefined };
  const [seals = -1, backups = seals, entries] = bounds.map((bound) => (/^\d+$/.test(bound) ? Number(bound) : -1));
  return { key, seals, backups, entries };
}

/** `entry` is where the anchors hold this very seal, counted from 0. */
export const trusts = (keys: readonly string[], publicKey: string, n: number, entry?: number): boolean =>
  keys
    .map(trustedKey)
    .some((each) => each.key === publicKey && (n <= each.seals || (entry ?? Infinity) < (each.entries ?? 0)));
