import { describe, expect, it } from 'vitest';
import { ed25519Signer, verifyEd25519 } from './ed25519.ts';
import { epochAfter, epochOf } from './epoch.ts';
import { KeyringUnusable, memoryKeyringStore, openKeyring } from './keyring.ts';
import { countingPlatform, DECEMBER_2022, fixedPlatform } from './vault-suite.ts';

const masterKey = Uint8Array.from({ length: 32 }, (_, index) => index);

/** Made once; a change of the wrapping means that no ring saved before can be opened. */
const GOLDEN_RING = JSON.stringify({
  format: 'lienthong-keyring-1',
  id: 'ring_01gk5k54m0aaaaaaaaaaaaaaaa',
  check: 'KioqKioqKioqKioq8UHw6AehxShNEX8wVv6cvt/lAuDl1tMlxRmhlmdtBcnq+TPwLZFHepEZaXdv4+8k',
  epochs: { 202212: 'KioqKioqKioqKioq8UHw6AehxShNEX8wVv6cvt/lAuDl1tMlxRmhlmdtBckw5Ni0dkqooKDhm3/q/DdY' },
  destroyed: {},
});

describe('key ring', () => {
  it('I1: saves a key before it hands out its epoch, and the coming month with it', async () => {
    const store = memoryKeyringStore();
    const keyring = await openKeyring({ masterKey, store, platform: countingPlatform(DECEMBER_2022) });
    expect(keyring.presentEpoch()).toBe(202212);
    expect(keyring.epochs()).toEqual([202212, 202301]);
    const again = await openKeyring({ masterKey, store, platform: countingPlatform(DECEMBER_2022) });
    expect(again.epochKey(202212)).toEqual(keyring.epochKey(202212));
    expect(again.id).toBe(keyring.id);
  });

  it('opens a ring that was saved by an earlier program', async () => {
    const keyring = await openKeyring({
      masterKey,
      store: memoryKeyringStore(GOLDEN_RING),
      platform: fixedPlatform(DECEMBER_2022),
    });
    expect(keyring.epochKey(202212)).toEqual(new Uint8Array(32).fill(0x2a));
  });

  it('refuses another MASTER_KEY, one of a wrong length and a damaged ring, each in plain words', async () => {
    const platform = countingPlatform(DECEMBER_2022);
    const open = (key: Uint8Array, text: string) =>
      openKeyring({ masterKey: key, store: memoryKeyringStore(text), platform });
    await expect(open(new Uint8Array(32), GOLDEN_RING)).rejects.toThrow('MASTER_KEY is not the one');
    await expect(open(new Uint8Array(31), GOLDEN_RING)).rejects.toThrow('32 bytes');
    await expect(open(masterKey, GOLDEN_RING.slice(0, -20))).rejects.toThrow(KeyringUnusable);
    const swapped = GOLDEN_RING.replace('"202212"', '"202211"');
    await expect(open(masterKey, swapped)).rejects.toThrow('epoch 202211 in the key ring was changed');
  });

  it('keeps no key in clear', async () => {
    const store = memoryKeyringStore();
    const keyring = await openKeyring({ masterKey, store, platform: countingPlatform(DECEMBER_2022) });
    const text = (await store.load()) ?? '';
    const key = keyring.epochKey(202212) ?? new Uint8Array();
    expect(text).not.toContain(btoa(String.fromCharCode(...key)));
    expect(text).not.toContain(btoa(String.fromCharCode(...masterKey)));
  });

  it('two processes that add keys at the same moment lose none', async () => {
    const store = memoryKeyringStore();
    const rings = await Promise.all(
      [DECEMBER_2022, Date.UTC(2023, 5, 1), Date.UTC(2023, 8, 1)].map((at) =>
        openKeyring({ masterKey, store, platform: countingPlatform(at) }),
      ),
    );
    for (const ring of rings) {
      await ring.refresh();
      expect(ring.epochs()).toEqual([202212, 202301, 202306, 202307, 202309, 202310]);
    }
    expect(new Set(rings.map((ring) => ring.id)).size).toBe(1);
  });

  it('I1: when the coming key cannot be saved, subjects stay under the newest saved one and it is told', async () => {
    const inner = memoryKeyringStore();
    let broken = false;
    const problems: unknown[] = [];
    const platform = countingPlatform(DECEMBER_2022);
    const keyring = await openKeyring({
      masterKey,
      platform,
      onProblem: (error) => problems.push(error),
      store: {
        load: inner.load,
        save: (text, expected) => (broken ? Promise.reject(new Error('read-only')) : inner.save(text, expected)),
      },
    });
    broken = true;
    platform.at = Date.UTC(2023, 2, 10);
    expect(keyring.presentEpoch()).toBe(202301);
    await expect(keyring.prepare()).rejects.toThrow('read-only');
    expect(problems).toHaveLength(1);
    expect(keyring.presentEpoch()).toBe(202301);
    broken = false;
    await keyring.prepare();
    expect(keyring.presentEpoch()).toBe(202303);
  });

  it('a destroyed key is gone for every process, and the epochs in use cannot be destroyed', async () => {
    const store = memoryKeyringStore();
    const platform = countingPlatform(DECEMBER_2022);
    const keyring = await openKeyring({ masterKey, store, platform });
    await expect(keyring.destroyEpoch(202212)).rejects.toThrow('in use');
    platform.at = Date.UTC(2023, 6, 1);
    const other = await openKeyring({ masterKey, store, platform });
    expect(await keyring.destroyEpoch(202212)).toBe(true);
    expect(await keyring.destroyEpoch(202212)).toBe(false);
    await other.refresh();
    expect(other.epochKey(202212)).toBeUndefined();
    expect(await other.findEpochKey(202212)).toBeUndefined();
    expect(other.epochs()).toContain(202307);
  });
});

it('epochs are months of Vietnam', () => {
  expect(epochOf(Date.UTC(2022, 10, 30, 16, 59))).toBe(202211);
  expect(epochOf(Date.UTC(2022, 10, 30, 17))).toBe(202212);
  expect(epochAfter(202212, 1)).toBe(202301);
  expect(epochAfter(202301, -1)).toBe(202212);
});

it('I8: signs as RFC 8032 does, and refuses what was changed', async () => {
  const seed = Uint8Array.from(
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'.match(/../g) ?? [],
    (pair) => Number.parseInt(pair, 16),
  );
  const signer = await ed25519Signer(seed);
  expect(signer.publicKey).toBe('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo');
  const signature = await signer.sign('');
  expect(signature).toBe('5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc-bRr0lv18FlbviRlUUFDjnoQCw');
  expect(await verifyEd25519(signer.publicKey, '', signature)).toBe(true);
  expect(await verifyEd25519(signer.publicKey, 'x', signature)).toBe(false);
  expect(
    await verifyEd25519(
      signer.publicKey,
      '',
      signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
    ),
  ).toBe(false);
  expect(await verifyEd25519('short', '', signature)).toBe(false);
});
