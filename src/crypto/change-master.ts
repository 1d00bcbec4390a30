import type { Platform } from '../platform.ts';
import { utf8 } from './bytes.ts';
import { ed25519Signer } from './ed25519.ts';
import { type KeyringStore, KeyringUnusable, openRing, type Ring, ringText } from './keyring.ts';
import { deriveKey, openWrapping } from './wrapping.ts';

/**
 * Puts the key ring under another `MASTER_KEY`, in one atomic change of its text; `false`, changing nothing, where it is
 * under that one already. Every key in it stays what it was, so that whatever was sealed or digested before is still
 * read and found; only the journal's seals are signed with a new key from now on. The old one stays trusted for the
 * seals up to `lastSeal` and for what was anchored by now, and for nothing later. A copy of the ring made before still opens with the old key.
 */
export async function changeMaster(options: {
  /** 32 bytes each. */
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly store: KeyringStore;
  readonly platform: Platform;
  /** Number of the newest seal that stands; 0 where there is none. */
  readonly lastSeal: number;
  /** What stands in the anchors: the highest seal, also on what a restore gave up, and the number of entries. */
  readonly anchors: { readonly highest: number; readonly entries: number };
}): Promise<boolean> {
  const { from, to, store, platform, lastSeal, anchors } = options;
  if (to.length !== 32) throw new KeyringUnusable(`the new MASTER_KEY must be 32 bytes, but holds ${to.length}`);
  const before = await store.load();
  if (before === undefined) throw new KeyringUnusable('there is no key ring');
  if ((await openRing(before, to).catch(() => undefined)) !== undefined) return false;
  const { ring, keys, macRoot, pastSealKeys } = await openRing(before, from);
  const { publicKey } = await ed25519Signer(await deriveKey(from, 'journal-seal'));
  const givenUp = [publicKey, lastSeal, Math.max(lastSeal, anchors.highest), anchors.entries].join('@');

  const wrapping = await openWrapping(to);
  const wrap = (key: Uint8Array, boundTo: string) => wrapping.wrap(key, `${boundTo} ${ring.id}`, platform.bytes(12));
  const epochs: Record<string, string> = {};
  for (const [epoch, key] of keys) epochs[epoch] = await wrap(key, `epoch ${epoch}`);
  const next: Ring = {
    ...ring,
    check: await wrap(platform.bytes(32), 'check'),
    epochs,
    mac: await wrap(macRoot, 'mac'),
    pastSealKeys: await wrap(utf8([...pastSealKeys, givenUp].join(' ')), 'past-seal-keys'),
  };
  if (!(await store.save(ringText(next), before)))
    throw new KeyringUnusable('the key ring was changed meanwhile: is a server running?');
  return true;
}
