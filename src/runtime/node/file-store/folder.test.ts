import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileStoreUnavailable, LONGEST_OBJECT_BYTES } from '../../../file-store/file-store.ts';
import { fileStoreSuite } from '../../../file-store/suite.ts';
import { folderFileStore } from './folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const key = '00112233445566778899aabbccddeeff';
const path = () => join(folder, 'files', '00', '11', key);
const open = () => folderFileStore(join(folder, 'files'));
const names = () => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());

fileStoreSuite('a folder', () => {
  mkdirSync(join(folder, 'files'));
  return open();
});

it('I6: only its owner can look into it, and nothing else than the files is left in it', async () => {
  await open().put(key, Uint8Array.of(1, 2));
  expect(names().map(({ name }) => name)).toEqual([key]);
  if (process.platform !== 'win32') {
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'files')).mode & 0o777).toBe(0o700);
  }
});

it('I1: what a dying process left half written is never served, and stands in nobody’s way', async () => {
  const store = open();
  await store.put(key, Uint8Array.of(1, 2));
  await store.delete(key);
  writeFileSync(`${path()}.4711-1.next`, 'half');
  expect(await store.get(key)).toBeUndefined();
  await store.put(key, Uint8Array.of(3));
  expect(await store.get(key)).toEqual(Uint8Array.of(3));
});

it('I1: a folder that cannot be used is said, and leaves no part behind', async () => {
  writeFileSync(join(folder, 'files'), 'no folder at all');
  await expect(open().put(key, Uint8Array.of(1))).rejects.toThrow(FileStoreUnavailable);
  await expect(open().get(key)).rejects.toThrow(FileStoreUnavailable);
  rmSync(join(folder, 'files'));
  // A share that is not mounted proves nothing about a file.
  await expect(open().get(key)).rejects.toThrow(FileStoreUnavailable);
  await expect(open().delete(key)).rejects.toThrow(FileStoreUnavailable);
  mkdirSync(path(), { recursive: true });
  writeFileSync(join(path(), 'in the way'), '');
  await expect(open().put(key, Uint8Array.of(1))).rejects.toThrow(FileStoreUnavailable);
  expect(names().map(({ name }) => name)).toEqual(['in the way']);
});

it('reads nothing that is larger than a file of ours', async () => {
  await open().put(key, Uint8Array.of(1));
  truncateSync(path(), LONGEST_OBJECT_BYTES + 1);
  await expect(open().get(key)).rejects.toThrow('more under this key');
});
