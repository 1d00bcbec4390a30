import { describe, expect, it } from 'vitest';
import type { Platform } from '../platform.ts';
import { type Keyring, memoryKeyringStore, openKeyring } from './keyring.ts';
import { type SubjectKey, Tampered, type Vault } from './vault.ts';

/** A platform whose every byte is chosen: golden vectors need one. */
export function fixedPlatform(at: number, byte: () => number = () => 0x2a): Platform & { at: number } {
  const platform = {
    at,
    wall: () => platform.at,
    steady: () => platform.at,
    random: () => 0.5,
    bytes: (count: number) => Uint8Array.from({ length: count }, byte),
    after: () => () => {},
  };
  return platform;
}
/** A platform that never gives the same bytes twice. */
export function countingPlatform(at: number): Platform & { at: number } {
  let count = 0;
  return fixedPlatform(at, () => {
    count = (Math.imul(count, 1664525) + 1013904223) >>> 0;
    return count >>> 24;
  });
}

export const DECEMBER_2022 = Date.UTC(2022, 11, 1, 1);
const masterKey = Uint8Array.from({ length: 32 }, (_, index) => index);
const subject: SubjectKey = { id: 'sub_golden', salt: 'AAECAwQFBgcICQoLDA0ODw==', epoch: 202212 };
const TEXT = 'Nguyễn Văn Mẫu, số định danh 024000000000';

/** Made once; a change here means that everything sealed before can no longer be read. */
const GOLDEN = {
  sealed:
    'ASoqKioqKioqKioqKsSORKzehqbSQ9no0GGyORjfM+CNxINGHeXxmKPJ+lmUwbRp1/rkSZk/msTqBe/S/xv8+WECGfNU0ObjmIIEeR1FEwM=',
  empty: 'ASoqKioqKioqKioqKi1UC8w3xVhwLlJnlLtZSyk=',
  mac: '3s9xDb4uX7PsTby7z0zsDuNVd_-gkFjn2MGrEFYD_1Y',
  own: 'ASoqKioqKioqKioqKuDZSPk7MwUXEoZhRrwwfKOb/KGVr+pYycx+wyUGjQ8vj1uklBJwLqDLUBsp4qh4QBMyGRSSAvYxFo5jCiXLX798wec=',
  digest: 'wu5OQyOP3QtPyDVTZUAXVybspQwXd43of1Q2XrNqMEE',
};

/** What every vault must do, whatever its ciphers: the same bytes on every runtime (I6, I10). */
export function vaultSuite(name: string, make: (keyring: Keyring, platform: Platform) => Vault): void {
  const open = async (platform = countingPlatform(DECEMBER_2022), store = memoryKeyringStore()) => {
    const keyring = await openKeyring({ masterKey, store, platform });
    return { keyring, platform, vault: make(keyring, platform) };
  };

  describe(`${name}: vault`, () => {
    it('I10: writes exactly the golden bytes, and reads them', async () => {
      const { vault } = await open(fixedPlatform(DECEMBER_2022));
      const [sealed, empty] = await vault.seal([
        { subject, purpose: 'dossier.body', text: TEXT },
        { subject, purpose: 'dossier.body', text: '' },
      ]);
      const [mac] = await vault.mac('identity', ['citizen-id:024000000000']);
      const [digest] = await vault.digest([TEXT]);
      const [own] = await vault.sealOwn('peer_session.sealed', [TEXT]);
      expect({ sealed, empty, mac, digest, own }).toEqual(GOLDEN);
      expect(await vault.openOwn('peer_session.sealed', [GOLDEN.own])).toEqual([TEXT]);
      expect(await vault.open([{ subject, purpose: 'dossier.body', sealed: GOLDEN.sealed }])).toEqual([TEXT]);
    });

    it('I10: seals bytes in the same format, as bytes, and opens what was sealed before', async () => {
      const { vault } = await open(fixedPlatform(DECEMBER_2022));
      const item = { subject, purpose: 'dossier.body' };
      const golden = Uint8Array.from(atob(GOLDEN.sealed), (char) => char.charCodeAt(0));
      const plain = new TextEncoder().encode(TEXT);
      expect(new Uint8Array(await vault.sealBytes({ ...item, bytes: plain }))).toEqual(golden);
      expect(new Uint8Array((await vault.openBytes({ ...item, bytes: golden })) ?? [])).toEqual(plain);
      const binary = Uint8Array.from({ length: 70_000 }, (_, index) => index * 7);
      // A view into more than itself: only what it shows is sealed.
      const sealed = await vault.sealBytes({ ...item, bytes: binary.subarray(1, 69_000) });
      expect(new Uint8Array((await vault.openBytes({ ...item, bytes: sealed })) ?? [])).toEqual(
        binary.slice(1, 69_000),
      );
    });

    it('I6, I8: sealed bytes that were changed, moved or cut do not open; of an erased subject there is nothing', async () => {
      const { vault } = await open();
      const item = { subject: vault.newSubject(), purpose: 'file.content' };
      const bytes = await vault.sealBytes({ ...item, bytes: Uint8Array.of(0, 255, 1) });
      for (let at = 0; at < bytes.length; at++) {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        await expect(vault.openBytes({ ...item, bytes: changed })).rejects.toThrow(Tampered);
      }
      await expect(vault.openBytes({ ...item, bytes: bytes.subarray(0, 20) })).rejects.toThrow(Tampered);
      await expect(vault.openBytes({ ...item, purpose: 'dossier.body', bytes })).rejects.toThrow(Tampered);
      const erased = { ...item, subject: { ...item.subject, salt: '' } };
      expect(await vault.openBytes({ ...erased, bytes })).toBeUndefined();
      await expect(vault.sealBytes({ ...erased, bytes })).rejects.toThrow('gone');
    });

    it('opens what it sealed, many at once and in order', async () => {
      const { vault } = await open();
      const items = Array.from({ length: 50 }, (_, index) => ({
        subject: vault.newSubject(),
        purpose: 'exchange.payload',
        text: `${index} ắ🙂\u0000 ${'x'.repeat(index * 100)}`,
      }));
      const sealed = await vault.seal(items);
      expect(new Set(sealed).size).toBe(50);
      const texts = await vault.open(items.map((item, index) => ({ ...item, sealed: sealed[index] ?? '' })));
      expect(texts).toEqual(items.map((item) => item.text));
    });

    it('never repeats a nonce: the same text twice gives two ciphertexts', async () => {
      const { vault } = await open();
      const item = { subject: vault.newSubject(), purpose: 'dossier.body', text: TEXT };
      const sealed = await vault.seal(Array.from({ length: 300 }, () => item));
      expect(new Set(sealed.map((text) => text.slice(0, 17))).size).toBe(300);
    });

    it('I8: every changed byte is found', async () => {
      const { vault } = await open();
      const own = vault.newSubject();
      const [sealed = ''] = await vault.seal([{ subject: own, purpose: 'dossier.body', text: 'mẫu' }]);
      const bytes = Uint8Array.from(atob(sealed), (char) => char.charCodeAt(0));
      for (let at = 0; at < bytes.length; at++) {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const text = btoa(String.fromCharCode(...changed));
        await expect(vault.open([{ subject: own, purpose: 'dossier.body', sealed: text }])).rejects.toThrow(Tampered);
      }
      await expect(vault.open([{ subject: own, purpose: 'dossier.body', sealed: '' }])).rejects.toThrow(Tampered);
    });

    it('I6: a ciphertext moved to another purpose, person or salt does not open', async () => {
      const { vault } = await open();
      const own = vault.newSubject();
      const [sealed = ''] = await vault.seal([{ subject: own, purpose: 'dossier.body', text: TEXT }]);
      const moved = [
        { subject: own, purpose: 'exchange.payload' },
        { subject: { ...own, id: 'sub_other' }, purpose: 'dossier.body' },
        { subject: { ...own, salt: vault.newSubject().salt }, purpose: 'dossier.body' },
        { subject: { ...own, epoch: 202301 }, purpose: 'dossier.body' },
      ];
      for (const item of moved) await expect(vault.open([{ ...item, sealed }])).rejects.toThrow(Tampered);
    });

    it('an erased subject opens as nothing and takes nothing', async () => {
      const { vault } = await open();
      const own = vault.newSubject();
      const [sealed = ''] = await vault.seal([{ subject: own, purpose: 'dossier.body', text: TEXT }]);
      const erased = { ...own, salt: '' };
      expect(await vault.open([{ subject: erased, purpose: 'dossier.body', sealed }])).toEqual([undefined]);
      await expect(vault.seal([{ subject: erased, purpose: 'dossier.body', text: TEXT }])).rejects.toThrow('gone');
    });

    it('a destroyed epoch falls silent, also for keys derived before', async () => {
      const { vault, keyring, platform } = await open();
      const own = vault.newSubject();
      const [sealed = ''] = await vault.seal([{ subject: own, purpose: 'dossier.body', text: TEXT }]);
      platform.at = Date.UTC(2023, 5, 1);
      await keyring.prepare();
      expect(await keyring.destroyEpoch(202212)).toBe(true);
      expect(await vault.open([{ subject: own, purpose: 'dossier.body', sealed }])).toEqual([undefined]);
      await expect(vault.seal([{ subject: own, purpose: 'dossier.body', text: TEXT }])).rejects.toThrow('gone');
      expect(vault.newSubject().epoch).toBe(202306);
    });

    it('finds an epoch key that another process made meanwhile', async () => {
      const store = memoryKeyringStore();
      const here = await open(countingPlatform(DECEMBER_2022), store);
      const there = await open(fixedPlatform(Date.UTC(2023, 5, 1), Math.random), store);
      const own = there.vault.newSubject();
      const [sealed = ''] = await there.vault.seal([{ subject: own, purpose: 'dossier.body', text: TEXT }]);
      expect(await here.vault.open([{ subject: own, purpose: 'dossier.body', sealed }])).toEqual([TEXT]);
    });

    it('I6: the gateway’s own opens with no month’s key, under its purpose and ring alone, and anything else is nothing', async () => {
      const store = memoryKeyringStore();
      const { vault, keyring, platform } = await open(countingPlatform(DECEMBER_2022), store);
      const sealed = await vault.sealOwn('peer_session.sealed', ['phien-1', '', 'phien-1']);
      expect(new Set(sealed).size).toBe(3);
      expect(sealed.join()).not.toContain('phien');
      platform.at = Date.UTC(2023, 5, 1);
      await keyring.prepare();
      await keyring.destroyEpoch(202212);
      const again = make(await openKeyring({ masterKey, store, platform }), platform);
      expect(await again.openOwn('peer_session.sealed', sealed)).toEqual(['phien-1', '', 'phien-1']);
      expect(await vault.openOwn('another', sealed)).toEqual([undefined, undefined, undefined]);
      const [first = ''] = sealed;
      const changed = `${first.slice(0, -2)}${first.endsWith('AA') ? 'BB' : 'AA'}`;
      expect(await vault.openOwn('peer_session.sealed', [changed, '', 'no base64 at all'])).toEqual(
        Array.from({ length: 3 }, () => undefined),
      );
      const elsewhere = await open(countingPlatform(DECEMBER_2022 + 1));
      const foreign = make(
        await openKeyring({ masterKey: masterKey.map((byte) => byte ^ 1), store: memoryKeyringStore(), platform }),
        platform,
      );
      expect(await elsewhere.vault.openOwn('peer_session.sealed', [first])).toEqual(['phien-1']);
      expect(await foreign.openOwn('peer_session.sealed', [first])).toEqual([undefined]);
    });

    it('keyed digests differ by purpose and text, and are repeatable', async () => {
      const { vault } = await open();
      const [a, b, again] = await vault.mac('identity', ['1', '2', '1']);
      const [other] = await vault.mac('content', ['1']);
      expect(a).toBe(again);
      expect(new Set([a, b, other]).size).toBe(3);
    });
  });
}
