import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AnchorEntry, formatEntry } from '../../journal/anchor.ts';
import { fileAnchor } from './anchor-file.ts';
import { fileKeyring, keyringPath } from './keyring-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-keyring-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('I6: the key ring is a file that only its owner can read, made with its folder', async () => {
  const path = join(folder, 'deep', 'ring');
  const store = fileKeyring(path);
  expect(await store.load()).toBeUndefined();
  expect(await store.save('one', undefined)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(path, 'one', { mode: 0o644 });
  expect(await store.save('two', 'one')).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await store.load()).toBe('two');
});

it('I1: a writer that did not see the newest ring changes nothing', async () => {
  const path = join(folder, 'ring');
  const [here, there] = [fileKeyring(path), fileKeyring(path)];
  expect(await here.save('one', undefined)).toBe(true);
  expect(await there.save('other', undefined)).toBe(false);
  expect(await there.load()).toBe('one');
});

it('reads KEYRING_URL in its forms, and refuses another place in plain words', () => {
  expect(keyringPath('file:./data/ring')).toBe('./data/ring');
  expect(keyringPath('file:///srv/ring')).toBe('/srv/ring');
  expect(keyringPath('/srv/ring')).toBe('/srv/ring');
  expect(() => keyringPath('https://example.vn/ring')).toThrow('must be a file: address, not https:');
});

it('I8: anchors are appended, read back in order, and survive a line that a power loss cut short', async () => {
  const path = join(folder, 'ring.anchors');
  const anchor = fileAnchor(path);
  const head = (n: number): AnchorEntry => ({
    kind: 'head',
    n,
    position: n * 10,
    root: 'r'.repeat(43),
    signature: 's'.repeat(86),
  });
  const all = async (): Promise<AnchorEntry[]> => {
    const entries: AnchorEntry[] = [];
    for await (const entry of anchor.read()) entries.push(entry);
    return entries;
  };
  expect(await anchor.last()).toBeUndefined();
  expect(await all()).toEqual([]);
  await anchor.append([head(1), head(2)]);
  appendFileSync(path, formatEntry(head(3)).slice(0, 60));
  expect(await anchor.last()).toEqual(head(2));
  const restored: AnchorEntry = { kind: 'restored', n: 2, position: 20, at: 5, signature: 's'.repeat(86) };
  const mark = { id: 'restore-1', ring: 'ring_1', root: 'r'.repeat(43), backup: 'b'.repeat(64), file: 'f'.repeat(64) };
  const marked: AnchorEntry = { ...restored, mark };
  appendFileSync(path, `${formatEntry(marked).slice(0, -1)}\n`);
  await anchor.append([restored, marked, head(3)]);
  expect(await anchor.last()).toEqual(head(3));
  expect(await all()).toEqual([head(1), head(2), restored, marked, head(3)]);
  await anchor.append(Array.from({ length: 500 }, (_, index) => head(index + 4)));
  expect(await anchor.last()).toEqual(head(503));
  expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
