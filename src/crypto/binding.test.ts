import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../test/kit/store.ts';
import { type Engine, sql } from '../store/engine.ts';
import { migrate } from '../store/migrations/migrate.ts';
import { bindKeyring, judgeRing } from './binding.ts';
import { changeMaster } from './change-master.ts';
import { epochAfter } from './epoch.ts';
import { type Keyring, type KeyringStore, KeyringUnusable, memoryKeyringStore, openKeyring } from './keyring.ts';
import { countingPlatform, DECEMBER_2022 } from './vault-suite.ts';

const MONTH_MS = 31 * 86_400_000;
const masterKey = Uint8Array.from({ length: 32 }, (_, index) => index);
const platform = countingPlatform(DECEMBER_2022);
let engine: Engine;
let store: KeyringStore;
/** Texts of the ring, month by month. */
let texts: string[];

const open = (ringStore: KeyringStore, key = masterKey): Promise<Keyring> =>
  openKeyring({
    ...{ masterKey: key, store: ringStore, platform },
    judge: (ring) => judgeRing((statement) => engine.all(statement), ring),
  });
const textOf = async (from: KeyringStore): Promise<string> => (await from.load()) ?? '';

beforeEach(async () => {
  platform.at = DECEMBER_2022;
  engine = await openStore();
  await migrate(engine);
  store = memoryKeyringStore();
  texts = [];
  for (let month = 0; month < 4; month++) {
    await bindKeyring(engine, await open(store));
    texts.push(await textOf(store));
    platform.at += MONTH_MS;
  }
});
afterEach(() => engine.close());

/** The ring's text with one member put in another's place. */
const edited = (text: string, edit: (ring: { epochs: Record<string, string>; destroyed: object }) => object): string =>
  JSON.stringify(edit(JSON.parse(text)));

describe('a key ring that does not fit is refused before it is changed', () => {
  it.each<[string, () => Promise<string | undefined>, RegExp]>([
    ['none', async () => undefined, /there is none/],
    ['older by a month', async () => texts.at(-2), /older than the store/],
    ['older by three', async () => texts[0], /older than the store/],
    ['emptied', async () => edited(texts.at(-1) ?? '', (ring) => ({ ...ring, epochs: {} })), /emptied/],
    [
      'one key taken out',
      async () =>
        edited(texts.at(-1) ?? '', (ring) => {
          const { 202301: _, ...epochs } = ring.epochs;
          return { ...ring, epochs };
        }),
      /key of epoch 202301 is missing/,
    ],
    [
      'of another store',
      async () => {
        const other = memoryKeyringStore();
        await openKeyring({ masterKey, store: other, platform });
        return textOf(other);
      },
      /but KEYRING_URL holds/,
    ],
    [
      'emptied, and filled again by a program that does not look',
      async () => {
        const other = memoryKeyringStore(edited(texts.at(-1) ?? '', (ring) => ({ ...ring, epochs: {} })));
        for (let month = 0; month < 6; month++) {
          platform.at = DECEMBER_2022 + month * MONTH_MS;
          await openKeyring({ masterKey, store: other, platform });
        }
        return textOf(other);
      },
      /is another one/,
    ],
  ])('%s', async (_, made, why) => {
    const text = await made();
    const ring = memoryKeyringStore(text);
    const opening = open(ring);
    await expect(opening).rejects.toThrow(KeyringUnusable);
    await expect(opening).rejects.toThrow(why);
    expect(await ring.load()).toBe(text);
  });

  it('one that still has a key which was destroyed', async () => {
    const before = await textOf(store);
    const keyring = await open(store);
    expect(await keyring.destroyEpoch(202212)).toBe(true);
    await bindKeyring(engine, keyring);
    await expect(open(memoryKeyringStore(before))).rejects.toThrow('which was destroyed');
    await open(store);
  });

  it('of a store that has no fingerprints yet, by what is sealed in it', async () => {
    await engine.batch([
      sql(`delete from meta where key like 'keyring.%'`),
      sql(
        `insert into subject (id, kind, ref, salt, epoch, created_at) values ('s1', 'dossier', 'x', 'salt', cast(?1 as bigint), 1)`,
        epochAfter(202212, 1),
      ),
    ]);
    await expect(
      open(memoryKeyringStore(edited(texts.at(-1) ?? '', (ring) => ({ ...ring, epochs: {} })))),
    ).rejects.toThrow('key of epoch 202301 is missing');
    await bindKeyring(engine, await open(store));
  });
});

it('the right ring fits: newer than the store, under another MASTER_KEY, with old keys destroyed', async () => {
  platform.at += 3 * MONTH_MS;
  const keyring = await openKeyring({ masterKey, store, platform });
  await keyring.destroyEpoch(202212);
  await bindKeyring(engine, await open(store));
  const to = new Uint8Array(32).fill(9);
  expect(
    await changeMaster({ from: masterKey, to, store, platform, lastSeal: 0, anchors: { highest: 0, entries: 0 } }),
  ).toBe(true);
  await bindKeyring(engine, await open(store, to));
});

it('keeps no key in the store', async () => {
  const keyring = await open(store);
  const rows = JSON.stringify(await engine.all(sql('select key, value from meta')));
  for (const key of [keyring.macRoot, ...keyring.keys.values()])
    for (const as of ['base64', 'base64url', 'hex'] as const) expect(rows).not.toContain(Buffer.from(key).toString(as));
});
