import { z } from 'zod';
import { newId, type Platform } from '../platform.ts';
import { fromUtf8 } from './bytes.ts';
import { epochAfter, epochOf } from './epoch.ts';
import { deriveKey, openWrapping, type Wrapping } from './wrapping.ts';

/** Where the wrapped epoch keys live (`KEYRING_URL`): outside the database and outside its backups. */
export interface KeyringStore {
  load(): Promise<string | undefined>;
  /**
   * Durable when it settles with true. Settles with false, changing nothing, when what is stored is no longer
   * `expected`: another process wrote meanwhile, and its keys must not be lost.
   */
  save(text: string, expected: string | undefined): Promise<boolean>;
}

export interface KeyringOptions {
  /** `MASTER_KEY`, 32 bytes. */
  readonly masterKey: Uint8Array;
  readonly store: KeyringStore;
  readonly platform: Platform;
  /** Told when a key for the coming month could not be saved: subjects stay under the newest saved epoch. */
  readonly onProblem?: (error: unknown) => void;
  /** Asked for the stored ring (undefined: there is none) before it is changed in any way: throws where it does not fit. */
  readonly judge?: (ring: RingKeys | undefined) => Promise<void>;
  /** Told what the ring holds after every change; where it rejects, `onProblem` hears of it, and the next change tells again. */
  readonly onChanged?: (ring: RingKeys) => Promise<void>;
}

/** What a ring holds. */
export interface RingKeys {
  readonly id: string;
  readonly macRoot: Uint8Array;
  readonly keys: ReadonlyMap<number, Uint8Array>;
  /** Epochs whose keys were destroyed on purpose. */
  readonly destroyed: readonly number[];
}

/**
 * The epoch keys. A key is random, one a month, and durably saved before anything is sealed under it: what was
 * acknowledged can always be read again. Once destroyed it is gone, here and for every backup of the database.
 */
export interface Keyring extends RingKeys {
  /** Names this ring; the store remembers it, so that a wrong or missing ring is found at start. */
  readonly id: string;
  /** Root of the keys for keyed digests. */
  readonly macRoot: Uint8Array;
  /** Seed of the journal's Ed25519 key. */
  readonly sealSeed: Uint8Array;
  /** Keys that sealed under an earlier `MASTER_KEY`, each with what it is believed for (`KEY@N@H@E`). */
  readonly pastSealKeys: readonly string[];
  /** The epoch for new subjects. Its key is saved. The coming month's key is prepared in the background. */
  presentEpoch(): number;
  epochKey(epoch: number): Uint8Array | undefined;
  /** The same, after looking at the stored ring where this process does not know the epoch. Undefined once destroyed. */
  findEpochKey(epoch: number): Promise<Uint8Array | undefined>;
  /** Epochs whose keys exist, oldest first. */
  epochs(): number[];
  /** Reads the stored ring again: another process may have added or destroyed keys. */
  refresh(): Promise<void>;
  /** Settles when the keys of the present and the coming month are saved. */
  prepare(): Promise<void>;
  /** False where there is no such key (any more). Refuses the present epoch and the one before it, which are in use. */
  destroyEpoch(epoch: number): Promise<boolean>;
}

const stored = z.strictObject({
  format: z.literal('lienthong-keyring-1'),
  id: z.string(),
  check: z.string(),
  epochs: z.record(z.string().regex(/^\d{6}$/), z.string()),
  destroyed: z.record(z.string().regex(/^\d{6}$/), z.number()),
  /** The root of digests, wrapped like an epoch key, once it no longer follows from `MASTER_KEY`. */
  mac: z.string().optional(),
  /** Wrapped as well, so that nobody adds one. */
  pastSealKeys: z.string().optional(),
});
export type Ring = z.infer<typeof stored>;

/** The key ring cannot be used: wrong `MASTER_KEY`, a damaged file, a ring of another store. */
export class KeyringUnusable extends Error {
  override readonly name = 'KeyringUnusable';
}

/** Opens the ring, making it on the first start. Throws `KeyringUnusable` with a reason in plain words. */
export async function openKeyring(options: KeyringOptions): Promise<Keyring> {
  const { masterKey, store, platform } = options;
  if (masterKey.length !== 32)
    throw new KeyringUnusable(`MASTER_KEY must be base64 of 32 bytes, but holds ${masterKey.length}`);
  const wrapping = await openWrapping(masterKey);
  const keys = new Map<number, Uint8Array>();
  let present = await load();
  const held = async (ring: Ring): Promise<RingKeys> => ({
    ...{ id: ring.id, keys, destroyed: destroyedIn(ring) },
    macRoot: (await rootsOf(ring, masterKey, wrapping)).macRoot,
  });
  await options.judge?.(present && (await held(present)));
  let queue: Promise<unknown> = Promise.resolve();
  let preparing = false;
  let tryAgainAt = 0;

  async function load(): Promise<Ring | undefined> {
    const text = await store.load();
    if (text === undefined) return undefined;
    const ring = await checked(text, wrapping);
    await adopt(ring, wrapping, keys);
    return ring;
  }

  async function change(edit: (ring: Ring) => Promise<Ring | undefined>): Promise<boolean> {
    for (let tries = 0; tries < 20; tries++) {
      const before = await store.load();
      const ring = before === undefined ? await emptyRing(wrapping, platform) : parse(before);
      const edited = await edit(ring);
      if (edited === undefined) return false;
      if (!(await store.save(ringText(edited), before))) continue;
      await adopt(edited, wrapping, keys);
      present = edited;
      await options.onChanged?.(await held(edited)).catch((error: unknown) => options.onProblem?.(error));
      return true;
    }
    throw new KeyringUnusable('the key ring was changed by another process at every try');
  }
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = queue.then(work);
    queue = mine.catch(() => {});
    return mine;
  };

  const prepare = (): Promise<void> =>
    inTurn(async () => {
      const now = epochOf(platform.wall());
      await change(async (ring) => {
        const missing = [now, epochAfter(now, 1)].filter((epoch) => ring.epochs[epoch] === undefined);
        if (missing.length === 0) return undefined;
        const epochs = { ...ring.epochs };
        for (const epoch of missing)
          epochs[epoch] = await wrapping.wrap(platform.bytes(32), `epoch ${epoch} ${ring.id}`, platform.bytes(12));
        return { ...ring, epochs };
      });
    });

  const prepareSoon = (): void => {
    if (preparing || platform.steady() < tryAgainAt) return;
    preparing = true;
    tryAgainAt = platform.steady() + 60_000;
    prepare()
      .catch((error: unknown) => options.onProblem?.(error))
      .finally(() => {
        preparing = false;
      });
  };

  const refresh = (): Promise<void> =>
    inTurn(async () => {
      present = (await load()) ?? present;
    });

  await prepare().catch((error: unknown) => {
    if (keys.size === 0 || error instanceof KeyringUnusable) throw error;
    options.onProblem?.(error);
  });
  if (present === undefined) throw new KeyringUnusable('the key ring could not be made');
  const id = present.id;
  return {
    ...{ id, keys },
    get destroyed() {
      return present === undefined ? [] : destroyedIn(present);
    },
    ...(await rootsOf(present, masterKey, wrapping)),
    sealSeed: await deriveKey(masterKey, 'journal-seal'),
    presentEpoch: () => {
      const now = epochOf(platform.wall());
      if (!keys.has(now) || !keys.has(epochAfter(now, 1))) prepareSoon();
      return keys.has(now) ? now : Math.max(...keys.keys());
    },
    epochKey: (epoch) => keys.get(epoch),
    epochs: () => [...keys.keys()].sort((a, b) => a - b),
    findEpochKey: async (epoch) => {
      if (!keys.has(epoch) && present?.destroyed[epoch] === undefined) await refresh();
      return keys.get(epoch);
    },
    refresh,
    prepare,
    destroyEpoch: (epoch) =>
      inTurn(async () => {
        if (epoch >= epochAfter(epochOf(platform.wall()), -1))
          throw new KeyringUnusable(`epoch ${epoch} is in use: only older ones can be destroyed`);
        return change(async (ring) => {
          const { [epoch]: gone, ...epochs } = ring.epochs;
          if (gone === undefined) return undefined;
          return { ...ring, epochs, destroyed: { ...ring.destroyed, [epoch]: platform.wall() } };
        });
      }),
  };
}

/** A ring with its keys, to be put under another `MASTER_KEY`. Throws `KeyringUnusable` unless this one opens it. */
export async function openRing(text: string, masterKey: Uint8Array) {
  const wrapping = await openWrapping(masterKey);
  const ring = await checked(text, wrapping);
  const keys = new Map<number, Uint8Array>();
  await adopt(ring, wrapping, keys);
  return { ring, keys, ...(await rootsOf(ring, masterKey, wrapping)) };
}

export const destroyedIn = (ring: Ring): number[] => Object.keys(ring.destroyed).map(Number);

export const ringText = (ring: Ring): string => `${JSON.stringify(ring, undefined, 2)}\n`;

async function checked(text: string, wrapping: Wrapping): Promise<Ring> {
  const ring = parse(text);
  if ((await wrapping.unwrap(ring.check, `check ${ring.id}`)) === undefined)
    throw new KeyringUnusable(`MASTER_KEY is not the one that the key ring ${ring.id} was made with`);
  return ring;
}

/** What follows from `MASTER_KEY` until it is changed, and stands in the ring from then on. */
async function rootsOf(
  ring: Ring,
  masterKey: Uint8Array,
  wrapping: Wrapping,
): Promise<Pick<Keyring, 'macRoot' | 'pastSealKeys'>> {
  const kept = async (wrapped: string, name: string): Promise<Uint8Array> => {
    const key = await wrapping.unwrap(wrapped, `${name} ${ring.id}`);
    if (key === undefined) throw new KeyringUnusable(`${name} in the key ring was changed`);
    return key;
  };
  return {
    macRoot: ring.mac === undefined ? await deriveKey(masterKey, 'mac') : await kept(ring.mac, 'mac'),
    pastSealKeys:
      ring.pastSealKeys === undefined ? [] : fromUtf8(await kept(ring.pastSealKeys, 'past-seal-keys')).split(' '),
  };
}

function parse(text: string): Ring {
  try {
    return stored.parse(JSON.parse(text));
  } catch (cause) {
    throw new KeyringUnusable('the key ring is damaged: it is not the text that was saved', { cause });
  }
}

async function emptyRing(wrapping: Wrapping, platform: Platform): Promise<Ring> {
  const id = newId(platform, 'ring');
  const check = await wrapping.wrap(platform.bytes(32), `check ${id}`, platform.bytes(12));
  return { format: 'lienthong-keyring-1', id, check, epochs: {}, destroyed: {} };
}

/** Makes `keys` hold exactly the ring's keys; the bytes of those that went are overwritten. */
async function adopt(ring: Ring, wrapping: Wrapping, keys: Map<number, Uint8Array>): Promise<void> {
  for (const [name, wrapped] of Object.entries(ring.epochs)) {
    const epoch = Number(name);
    if (keys.has(epoch)) continue;
    const key = await wrapping.unwrap(wrapped, `epoch ${epoch} ${ring.id}`);
    if (key?.length !== 32) throw new KeyringUnusable(`the key of epoch ${epoch} in the key ring was changed`);
    keys.set(epoch, key);
  }
  for (const [epoch, key] of keys) {
    if (ring.epochs[epoch] !== undefined) continue;
    key.fill(0);
    keys.delete(epoch);
  }
}

/** A ring that lives as long as its holder: tests and a demo that keeps nothing. */
export function memoryKeyringStore(text?: string): KeyringStore {
  let held = text;
  return {
    load: async () => held,
    save: async (next, expected) => {
      if (held !== expected) return false;
      held = next;
      return true;
    },
  };
}
