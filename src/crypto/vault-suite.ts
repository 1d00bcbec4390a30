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
    'AioqKioqKioqKioqKsSORKzehqbSQ9no0GGyORjfM+CNxINGHeXxmKPJ+lmUwbRp1/rkSZk/msTqBe/S/xv8+dIUxQbPU9++mT2mcoZtZ6I=',
  empty: 'AioqKioqKioqKioqKv/mmWouu3TuDyolEEfR48Y=',
  mac: '3s9xDb4uX7PsTby7z0zsDuNVd_-gkFjn2MGrEFYD_1Y',
  own: 'AioqKioqKioqKioqKuDZSPk7MwUXEoZhRrwwfKOb/KGVr+pYycx+wyUGjQ8vj1uklBJwLqDLUBsp4qh4QBMyGeW5EYin4Y6I+HaKWugv+aU=',
  digest: 'wu5OQyOP3QtPyDVTZUAXVybspQwXd43of1Q2XrNqMEE',
};

/** What format 1 wrote, which bound no row: it is read for ever, in whatever row, and nothing else is. */
const FORMAT_1 = {
  sealed:
    'ASoqKioqKioqKioqKsSORKzehqbSQ9no0GGyORjfM+CNxINGHeXxmKPJ+lmUwbRp1/rkSZk/msTqBe/S/xv8+WECGfNU0ObjmIIEeR1FEwM=',
  own: 'ASoqKioqKioqKioqKuDZSPk7MwUXEoZhRrwwfKOb/KGVr+pYycx+wyUGjQ8vj1uklBJwLqDLUBsp4qh4QBMyGRSSAvYxFo5jCiXLX798wec=',
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
        { subject, purpose: 'dossier.body', row: 'D1/1', text: TEXT },
        { subject, purpose: 'dossier.body', row: 'D1/1', text: '' },
      ]);
      const [mac] = await vault.mac('identity', ['citizen-id:024000000000']);
      const [digest] = await vault.digest([TEXT]);
      const [own] = await vault.sealOwn('peer_session.sealed', [TEXT]);
      expect({ sealed, empty, mac, digest, own }).toEqual(GOLDEN);
      expect(await vault.openOwn('peer_session.sealed', [GOLDEN.own])).toEqual([TEXT]);
      expect(await vault.open([{ subject, purpose: 'dossier.body', row: 'D1/1', sealed: GOLDEN.sealed }])).toEqual([
        TEXT,
      ]);
    });

    it('I10: reads what format 1 wrote, bound to purpose and subject alone; its byte makes nothing else of format 2', async () => {
      const { vault } = await open(fixedPlatform(DECEMBER_2022));
      const item = { subject, purpose: 'dossier.body', row: 'any', sealed: FORMAT_1.sealed };
      expect(await vault.open([item])).toEqual([TEXT]);
      expect(await vault.openOwn('peer_session.sealed', [FORMAT_1.own])).toEqual([TEXT]);
      const bytes = Uint8Array.from(atob(FORMAT_1.sealed), (char) => char.charCodeAt(0));
      expect(new TextDecoder().decode(await vault.openBytes({ ...item, bytes }))).toBe(TEXT);
      await expect(vault.open([{ ...item, purpose: 'exchange.payload' }])).rejects.toThrow(Tampered);
      await expect(vault.open([{ ...item, subject: { ...subject, id: 'sub_other' } }])).rejects.toThrow(Tampered);
      // Called by the other format's number, neither opens.
      const called = (byte: string, sealed: string) => [{ ...item, row: 'D1/1', sealed: byte + sealed.slice(2) }];
      expect(GOLDEN.sealed.slice(0, 2)).toBe('Ai');
      await expect(vault.open(called('AS', GOLDEN.sealed))).rejects.toThrow(Tampered);
      await expect(vault.open(called('Ai', FORMAT_1.sealed))).rejects.toThrow(Tampered);
      await expect(vault.open(called('Ay', GOLDEN.sealed))).rejects.toThrow(Tampered);
    });

    it('I8: a subject and a row are never taken for another pair that reads the same', async () => {
      const { vault } = await open();
      const key = vault.newSubject();
      const [sealed = ''] = await vault.seal([
        { subject: { ...key, id: 'a' }, purpose: 'dossier.body', row: 'b\nc', text: TEXT },
      ]);
      for (const [id, row] of [
        ['a\nb', 'c'],
        ['a\n1\nb', 'c'],
        ['', 'a\nb\nc'],
      ] as const)
        await expect(vault.open([{ subject: { ...key, id }, purpose: 'dossier.body', row, sealed }])).rejects.toThrow(
          Tampered,
        );
    });

    it('I10: seals bytes in the same format, as bytes, and opens what was sealed before', async () => {
      const { vault } = await open(fixedPlatform(DECEMBER_2022));
      const item = { subject, purpose: 'dossier.body', row: 'D1/1' };
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
      const item = { subject: vault.newSubject(), purpose: 'file.content', row: 'fil_1' };
      const bytes = await vault.sealBytes({ ...item, bytes: Uint8Array.of(0, 255, 1) });
      for (let at = 0; at < bytes.length; at++) {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        await expect(vault.openBytes({ ...item, bytes: changed })).rejects.toThrow(Tampered);
      }
      await expect(vault.openBytes({ ...item, bytes: bytes.subarray(0, 20) })).rejects.toThrow(Tampered);
      await expect(vault.openBytes({ ...item, purpose: 'dossier.body', bytes })).rejects.toThrow(Tampered);
      await expect(vault.openBytes({ ...item, row: 'fil_2', bytes })).rejects.toThrow(Tampered);
      const erased = { ...item, subject: { ...item.subject, salt: '' } };
      expect(await vault.openBytes({ ...erased, bytes })).toBeUndefined();
      await expect(vault.sealBytes({ ...erased, bytes })).rejects.toThrow('gone');
    });

    it('opens what it sealed, many at once and in order', async () => {
      const { vault } = await open();
      const items = Array.from({ length: 50 }, (_, index) => ({
        subject: vault.newSubject(),
        purpose: 'exchange.payload',
        row: `x_${index}`,
        text: `${index} ắ🙂\u0000 ${'x'.repeat(index * 100)}`,
      }));
      const sealed = await vault.seal(items);
      expect(new Set(sealed).size).toBe(50);
      const texts = await vault.open(items.map((item, index) => ({ ...item, sealed: sealed[index] ?? '' })));
      expect(texts).toEqual(items.map((item) => item.text));
    });

    it('never repeats a nonce: the same text twice gives two ciphertexts', async () => {
      const { vault } = await open();
      const item = { subject: vault.newSubject(), purpose: 'dossier.body', row: 'D1/1', text: TEXT };
      const sealed = await vault.seal(Array.from({ length: 300 }, () => item));
      expect(new Set(sealed.map((text) => text.slice(0, 17))).size).toBe(300);
    });

    it('I8: every changed byte is found', async () => {
      const { vault } = await open();
      const own = vault.newSubject();
      const [sealed = ''] = await vault.seal([{ subject: own, purpose: 'dossier.body', row: 'D1/1', text: 'mẫu' }]);
      const bytes = Uint8Array.from(atob(sealed), (char) => char.charCodeAt(0));
      for (let at = 0; at < bytes.length; at++) {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const text = btoa(String.fromCharCode(...changed));
        await expect(
          vault.open([{ subject: own, purpose: 'dossier.body', row: 'D1/1', sealed: text }]),
        ).rejects.toThrow(Tampered);
      }
      await expect(vault.open([{ subject: own, purpose: 'dossier.body', row: 'D1/1', sealed: '' }])).rejects.toThrow(
        Tampered,
      );
    });

    it('I6, I8: a ciphertext moved to another purpose, person, salt, row or version does not open', async () => {
      const { vault } = await open();
      const own = vault.newSubject();
      const item = { subject: own, purpose: 'dossier.body', row: 'D1/1' };
      const [sealed = ''] = await vault.seal([{ subject: own, purpose: 'dossier.body', row: 'D1/1', text: TEXT }]);
      const moved = [
        { ...item, purpose: 'exchange.payload' },
        { ...item, subject: { ...own, id: 'sub_other' } },
        { ...item, subject: { ...own, salt: vault.newSubject().salt } },
        { ...item, subject: { ...own, epoch: 202301 } },
        { ...item, row: 'D1/2' },
        { ...item, row: 'D2/1' },
        { ...item, row: '' },
      ];
      expect(await vault.open([{ ...item, sealed }])).toEqual([TEXT]);
      for (const each of moved) await expect(vault.open([{ ...each, sealed }])).rejects.toThrow(Tampered);
    });

    it('an erased subject opens as nothing and takes nothing', async () => {
      const { vault } = await open();
      const own = vault.newSubject();
      const [sealed = ''] = await vault.seal([{ subject: own, purpose: 'dossier.body', row: 'D1/1', text: TEXT }]);
      const erased = { ...own, salt: '' };
      expect(await vault.open([{ subject: erased, purpose: 'dossier.body', row: 'D1/1', sealed }])).toEqual([
        undefined,
      ]);
      await expect(vault.seal([{ subject: erased, purpose: 'dossier.body', row: 'D1/1', text: TEXT }])).rejects.toThrow(
        'gone',
      );
    });

    it('a destroyed epoch falls silent, also for keys derived before', async () => {
      const { vault, keyring, platform } = await open();
      const own = vault.newSubject();
      const [sealed = ''] = await vault.seal([{ subject: own, purpose: 'dossier.body', row: 'D1/1', text: TEXT }]);
      platform.at = Date.UTC(2023, 5, 1);
      await keyring.prepare();
      expect(await keyring.destroyEpoch(202212)).toBe(true);
      expect(await vault.open([{ subject: own, purpose: 'dossier.body', row: 'D1/1', sealed }])).toEqual([undefined]);
      await expect(vault.seal([{ subject: own, purpose: 'dossier.body', row: 'D1/1', text: TEXT }])).rejects.toThrow(
        'gone',
      );
      expect(vault.newSubject().epoch).toBe(202306);
    });

    it('finds an epoch key that another process made meanwhile', async () => {
      const store = memoryKeyringStore();
      const here = await open(countingPlatform(DECEMBER_2022), store);
      const there = await open(fixedPlatform(Date.UTC(2023, 5, 1), Math.random), store);
      const own = there.vault.newSubject();
      const [sealed = ''] = await there.vault.seal([
        { subject: own, purpose: 'dossier.body', row: 'D1/1', text: TEXT },
      ]);
      expect(await here.vault.open([{ subject: own, purpose: 'dossier.body', row: 'D1/1', sealed }])).toEqual([TEXT]);
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
      const [inRow = ''] = await vault.sealOwn('words:replay.reason', ['vì sao'], 'rpl_1');
      expect(await vault.openOwn('words:replay.reason', [inRow], 'rpl_1')).toEqual(['vì sao']);
      for (const row of ['rpl_2', undefined])
        expect(await vault.openOwn('words:replay.reason', [inRow], row)).toEqual([undefined]);
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
