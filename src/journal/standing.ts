import { verifyEd25519 } from '../crypto/ed25519.ts';
import { type Anchor, type AnchorEntry, type Restored, restoredText } from './anchor.ts';
import { trustedKey } from './trusted.ts';

/** Whose word counts. */
export interface Believed {
  readonly publicKeys: readonly string[];
  /** The key ring of this store, where it is known: a restore of another store excuses nothing here. */
  readonly ring?: string;
}

/** What the anchors expect of a journal, once each restore in them is taken into account. */
export interface Standing {
  /** The entry that the journal has to reach, and where its head was anchored first; undefined where nothing was. */
  readonly newest: (AnchorEntry & { readonly index: number }) | undefined;
  /** The restores that are believed, and where they stand. */
  readonly restores: readonly { readonly index: number; readonly entry: Restored }[];
  /** Number of the highest seal that was ever anchored, given up or not. */
  readonly highest: number;
  readonly entries: number;
  /** Whether the entry at `index` about seal `n` still holds. */
  holds(index: number, n: number): boolean;
}

/** Entries from one to another, as far as they are about seals up to `n`. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly n: number;
}
type Branch = readonly Stretch[];
const on = (branch: Branch, index: number, n: number): boolean =>
  branch.some((stretch) => stretch.from <= index && index <= stretch.to && n <= stretch.n);
const until = (branch: Branch, index: number, n = Infinity): Branch =>
  branch.map((stretch) => ({ ...stretch, to: Math.min(stretch.to, index), n: Math.min(stretch.n, n) }));

/**
 * Each restore leads back to a head: of the present journal, or of one that an earlier restore gave up, which holds again
 * then. Its memory grows with the restores alone. Without `believed` every restore is taken at its word.
 */
export async function standing(anchor: Anchor | undefined, believed: Believed | undefined): Promise<Standing> {
  const read = () => anchor?.read() ?? none();
  const led = new Set<string>();
  for await (const entry of read()) if (entry.kind === 'restored') led.add(placeOf(entry));

  const places = new Map<string, { readonly index: number; readonly n: number; readonly branch: Branch }[]>();
  const restores: { readonly index: number; readonly entry: Restored }[] = [];
  const spent = new Set<string>();
  let branch: Branch = [{ from: 0, to: Infinity, n: Infinity }];
  let newest: Standing['newest'];
  let [index, highest, shared] = [0, 0, Infinity];
  const arrived = (place: string, n: number): void => {
    if (led.has(place)) places.set(place, [...(places.get(place) ?? []), { index, n, branch: until(branch, index) }]);
  };
  const headOf = (entry: Restored) => {
    const known = places.get(placeOf(entry)) ?? [];
    return known.find((place) => on(branch, place.index, place.n)) ?? known.at(-1);
  };

  for await (const entry of read()) {
    if (entry.kind === 'head') {
      highest = Math.max(highest, entry.n);
      if (entry.n >= (newest?.n ?? 0)) newest = { ...entry, index };
      arrived(`${entry.n} ${entry.root}`, entry.n);
      arrived(`${entry.n} @${entry.position}`, entry.n);
    } else if (
      !spent.has(entry.signature) &&
      (believed === undefined || (await isBelieved(entry, believed, { newest: newest?.n ?? 0, entries: index })))
    ) {
      spent.add(entry.signature);
      restores.push({ index, entry });
      const found = entry.n === 0 ? undefined : headOf(entry);
      // A head that was never anchored: which journal it is of cannot be told, so what all have in common is left.
      const left = found?.branch ?? until(branch, index, Math.min(shared, entry.n - 1));
      branch = [...left, { from: index, to: Infinity, n: Infinity }];
      shared = Math.min(shared, entry.n);
      newest = { ...entry, index: found?.index ?? index };
      arrived(placeOf(entry), entry.n);
    }
    index += 1;
  }
  return { newest, restores, highest, entries: index, holds: (at, n) => at < index && on(branch, at, n) };
}

/** The head that a restore leads back to; of an entry of before only its place in the journal is known. */
const placeOf = ({ n, position, mark }: Restored): string =>
  mark === undefined ? `${n} @${position}` : `${n} ${mark.root}`;

/**
 * Whether one of the keys signed this restore; `before` it stood so many entries, and this newest head. A key that was
 * given up cannot excuse the loss of seals that came after it.
 */
export async function isBelieved(
  entry: Restored,
  { publicKeys, ring }: Believed,
  before: { readonly newest: number; readonly entries: number },
): Promise<boolean> {
  if (ring !== undefined && entry.mark !== undefined && entry.mark.ring !== ring) return false;
  for (const { key, seals, entries } of publicKeys.map(trustedKey)) {
    const inTime = entries === undefined ? before.newest <= seals : before.entries < entries;
    if (inTime && (await verifyEd25519(key, restoredText(entry), entry.signature))) return true;
  }
  return false;
}

async function* none(): AsyncGenerator<AnchorEntry> {}
