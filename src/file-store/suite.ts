import { describe, expect, it } from 'vitest';
import { type FileStore, newObjectKey } from './file-store.ts';

const random = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));
const bytes = (length: number, from = 0) => Uint8Array.from({ length }, (_, index) => (index + from) % 251);

/** What every place for files must do. */
export function fileStoreSuite(name: string, make: () => Promise<FileStore> | FileStore): void {
  describe(name, () => {
    it('gives back exactly what was put, the empty and the large', async () => {
      const store = await make();
      for (const length of [0, 1, 70_000, 3_000_000]) {
        const key = newObjectKey(random);
        await store.put(key, bytes(length));
        const got = await store.get(key);
        expect(got?.length).toBe(length);
        expect(Buffer.compare(got ?? new Uint8Array(1), bytes(length))).toBe(0);
      }
    });

    it('has nothing under a key that was not put, and none once it is deleted, which may be said twice', async () => {
      const store = await make();
      const [key, other] = [newObjectKey(random), newObjectKey(random)];
      await store.put(other, bytes(5));
      expect(await store.get(key)).toBeUndefined();
      await store.put(key, bytes(10));
      await store.delete(key);
      await store.delete(key);
      expect(await store.get(key)).toBeUndefined();
      expect(await store.get(other)).toHaveLength(5);
    });

    it('I10: of two that write at once, one stands whole', async () => {
      const store = await make();
      const key = newObjectKey(random);
      const writers = Array.from({ length: 6 }, (_, n) => bytes(50_000 + n, n));
      await Promise.all(writers.map((content) => store.put(key, content)));
      const got = await store.get(key);
      expect(writers.some((content) => Buffer.compare(content, got ?? new Uint8Array(1)) === 0)).toBe(true);
    });

    it('I7: takes no key but its own kind: none can become a path or an address', async () => {
      const store = await make();
      const own = newObjectKey(random);
      for (const key of [
        '',
        '..',
        '../../etc/passwd',
        `${own}/..`,
        `/${own}`,
        `${own}?acl`,
        own.toUpperCase(),
        `${own}\n`,
        'a'.repeat(31),
      ]) {
        if (key === own) continue;
        await expect((async () => store.put(key, bytes(1)))(), key).rejects.toThrow('not a key');
        await expect((async () => store.get(key))(), key).rejects.toThrow('not a key');
        await expect((async () => store.delete(key))(), key).rejects.toThrow('not a key');
      }
    });
  });
}
