import { type Engine, type Row, type Statement, sql } from '../store/engine.ts';
import { ofItsOwn, toBase64Url, utf8 } from './bytes.ts';
import { KeyringUnusable, type RingKeys } from './keyring.ts';

/** What a store keeps of an epoch whose key was destroyed on purpose, in place of its fingerprint. */
const DESTROYED = 'destroyed';
const MEND =
  'bring back the newest copy of the right key ring file (KEYRING_URL), or what was sealed cannot be read; nothing was changed';

/** Reads a store, through whatever can. */
export type Reads = <R extends object = Row>(statement: Statement) => Promise<R[]>;

/**
 * Compares the ring with what the store remembers of it: its id and keyed fingerprints of its root and of every epoch key.
 * Throws `KeyringUnusable`, changing nothing, where it is missing, foreign, older than the store, or emptied. Asked before
 * the ring is given any new key: a new key under an old number would hide that the old one is lost.
 */
export async function judgeRing(all: Reads, ring: RingKeys | undefined): Promise<void> {
  const kept = await fingerprintsOf(all);
  const bound = kept.get('keyring');
  if (bound === undefined) return;
  if (ring === undefined)
    throw new KeyringUnusable(`this store was sealed with the key ring ${bound}, and there is none: ${MEND}`);
  if (bound !== ring.id)
    throw new KeyringUnusable(
      `this store was sealed with the key ring ${bound}, but KEYRING_URL holds ${ring.id}: ${MEND}`,
    );
  const root = kept.get('keyring.root');
  if (root === undefined) return judgeByContent(all, ring);
  const mark = await marker(ring.macRoot);
  if (root !== (await mark('root', new Uint8Array())))
    throw new KeyringUnusable(
      `the key ring ${ring.id} has another root than the one this store was sealed with: ${MEND}`,
    );
  for (const [key, fingerprint] of kept) {
    const epoch = epochIn(key);
    if (epoch === undefined) continue;
    const held = ring.keys.get(epoch);
    if (fingerprint === DESTROYED && held !== undefined)
      throw new KeyringUnusable(
        `the key ring ${ring.id} is older than the store: it still has the key of epoch ${epoch}, which was destroyed: ${MEND}`,
      );
    if (fingerprint === DESTROYED || (held === undefined && ring.destroyed.includes(epoch))) continue;
    if (held === undefined)
      throw new KeyringUnusable(
        `the key ring ${ring.id} is older than the store, or was emptied: the key of epoch ${epoch} is missing: ${MEND}`,
      );
    if (fingerprint !== (await mark(`epoch ${epoch}`, held)))
      throw new KeyringUnusable(`the key of epoch ${epoch} in the key ring ${ring.id} is another one: ${MEND}`);
  }
}

/** A store of before has no fingerprints: once, what is sealed in it tells which epochs there must be. */
async function judgeByContent(all: Reads, ring: RingKeys): Promise<void> {
  const rows = await all<{ epoch: number }>(sql('select distinct epoch from subject where salt is not null'));
  for (const { epoch } of rows)
    if (!ring.keys.has(epoch) && !ring.destroyed.includes(epoch))
      throw new KeyringUnusable(
        `the key ring ${ring.id} is older than the store, or was emptied: the key of epoch ${epoch} is missing: ${MEND}`,
      );
}

/** Ties a store to the key ring, and remembers its keys; to be asked again whenever the ring was changed. */
export async function bindKeyring(engine: Engine, ring: RingKeys): Promise<void> {
  await judgeRing((statement) => engine.all(statement), ring);
  const kept = await fingerprintsOf((statement) => engine.all(statement));
  const mark = await marker(ring.macRoot);
  const facts = new Map([
    ['keyring', ring.id],
    ['keyring.root', await mark('root', new Uint8Array())],
  ]);
  for (const [epoch, key] of ring.keys) facts.set(`keyring.epoch.${epoch}`, await mark(`epoch ${epoch}`, key));
  for (const epoch of ring.destroyed) facts.set(`keyring.epoch.${epoch}`, DESTROYED);
  const changed = [...facts].filter(([key, value]) => kept.get(key) !== value);
  if (changed.length === 0) return;
  await engine.batch(
    changed.map(([key, value]) =>
      sql(
        'insert into meta (key, value) values (?1, ?2) on conflict (key) do update set value = excluded.value',
        key,
        value,
      ),
    ),
  );
}

const epochIn = (key: string): number | undefined => {
  const [, epoch] = /^keyring\.epoch\.(\d{6})$/.exec(key) ?? [];
  return epoch === undefined ? undefined : Number(epoch);
};

async function fingerprintsOf(all: Reads): Promise<ReadonlyMap<string, string>> {
  const rows = await all<{ key: string; value: string }>(
    sql(`select key, value from meta where key >= 'keyring' and key < 'keyrinh'`),
  );
  return new Map(rows.map(({ key, value }) => [key, value]));
}

/** A keyed digest tells nobody without the root anything of a key. */
async function marker(macRoot: Uint8Array): Promise<(name: string, key: Uint8Array) => Promise<string>> {
  const root = await crypto.subtle.importKey('raw', ofItsOwn(macRoot), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  return async (name, key) => {
    const prefix = utf8(`lienthong/keyring-fingerprint/1 ${name} `);
    const text = new Uint8Array(prefix.length + key.length);
    text.set(prefix);
    text.set(key, prefix.length);
    return toBase64Url(new Uint8Array(await crypto.subtle.sign('HMAC', root, text)));
  };
}
