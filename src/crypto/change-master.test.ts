import { expect, it } from 'vitest';
import { changeMaster } from './change-master.ts';
import { ed25519Signer } from './ed25519.ts';
import { memoryKeyringStore, openKeyring } from './keyring.ts';
import { countingPlatform, DECEMBER_2022 } from './vault-suite.ts';

const keyOf = (fill: number) => new Uint8Array(32).fill(fill);
const [first, second, third] = [keyOf(1), keyOf(2), keyOf(3)];
const anchors = { highest: 8, entries: 12 };
const open = (masterKey: Uint8Array, store: ReturnType<typeof memoryKeyringStore>) =>
  openKeyring({ masterKey, store, platform: countingPlatform(DECEMBER_2022) });

it('I1: another MASTER_KEY opens the same keys and digests, signs anew, and the one before opens nothing any more', async () => {
  const platform = countingPlatform(DECEMBER_2022);
  const store = memoryKeyringStore();
  const before = await open(first, store);
  expect(await changeMaster({ from: first, to: second, store, platform, lastSeal: 7, anchors })).toBe(true);
  const after = await open(second, store);
  expect(after.id).toBe(before.id);
  expect(after.epochs()).toEqual(before.epochs());
  for (const epoch of before.epochs()) expect(after.epochKey(epoch)).toEqual(before.epochKey(epoch));
  expect(after.macRoot).toEqual(before.macRoot);
  expect(after.sealSeed).not.toEqual(before.sealSeed);
  expect(after.pastSealKeys).toEqual([`${(await ed25519Signer(before.sealSeed)).publicKey}@7@8@12`]);
  await expect(open(first, store)).rejects.toThrow('MASTER_KEY is not the one');

  // A second change keeps what the first one kept; the ring goes on as any.
  expect(await changeMaster({ from: second, to: third, store, platform, lastSeal: 9, anchors })).toBe(true);
  const last = await open(third, store);
  expect(last.macRoot).toEqual(before.macRoot);
  expect(last.pastSealKeys).toEqual([
    ...after.pastSealKeys,
    `${(await ed25519Signer(after.sealSeed)).publicKey}@9@9@12`,
  ]);
  await last.prepare();
  expect((await open(third, store)).pastSealKeys).toHaveLength(2);
});

it('changes nothing when it is done already, is given the wrong key, or another wrote meanwhile', async () => {
  const platform = countingPlatform(DECEMBER_2022);
  const store = memoryKeyringStore();
  await open(first, store);
  const text = await store.load();
  const change = (from: Uint8Array, to: Uint8Array, on = store) =>
    changeMaster({ from, to, store: on, platform, lastSeal: 0, anchors });
  await expect(change(third, second)).rejects.toThrow('MASTER_KEY is not the one');
  await expect(change(first, new Uint8Array(31))).rejects.toThrow('32 bytes');
  await expect(change(first, second, { ...store, save: async () => false })).rejects.toThrow('changed meanwhile');
  expect(await store.load()).toBe(text);
  await change(first, second);
  const done = await store.load();
  expect(await change(first, second)).toBe(false);
  expect(await store.load()).toBe(done);
});

it('I8: nobody adds a key that may have sealed, or another root of digests', async () => {
  const store = memoryKeyringStore();
  await open(first, store);
  await changeMaster({
    from: first,
    to: second,
    store,
    platform: countingPlatform(DECEMBER_2022),
    lastSeal: 7,
    anchors,
  });
  const ring = JSON.parse((await store.load()) ?? '') as Record<string, string>;
  for (const name of ['mac', 'pastSealKeys'])
    for (const forged of [ring.check, ring.mac === undefined ? '' : ring[name === 'mac' ? 'pastSealKeys' : 'mac']])
      await expect(open(second, memoryKeyringStore(JSON.stringify({ ...ring, [name]: forged })))).rejects.toThrow(
        `${name === 'mac' ? 'mac' : 'past-seal-keys'} in the key ring was changed`,
      );
});
