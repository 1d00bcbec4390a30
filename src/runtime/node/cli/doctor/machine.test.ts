import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { dataFolder } from './machine.ts';

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'lienthong-machine-'));
  folders.push(made);
  return made;
};
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

test('a folder that can be written with room left is well, and nothing is left behind in it', () => {
  const data = folder();
  expect(dataFolder(join(data, 'lienthong.db'), () => 50 * 1024 ** 3)).toMatchObject([
    { check: 'data-folder', verdict: 'ok' },
    { check: 'disk', verdict: 'ok', found: expect.stringContaining('50 GiB') },
  ]);
  expect(readdirSync(data)).toEqual([]);
});

test('little room is found before the store refuses', () => {
  const found = dataFolder(join(folder(), 'lienthong.db'), () => 200 * 1024 ** 2);
  expect(found[1]).toMatchObject({ check: 'disk', verdict: 'bad', mend: expect.stringContaining('503') });
});

test('a full disk is called a full disk', () => {
  expect(dataFolder(join(folder(), 'lienthong.db'), () => 4_096)).toMatchObject([
    { check: 'disk', verdict: 'bad', found: expect.stringContaining('the disk is full') },
  ]);
});

test('a folder that is not there is not made', () => {
  const data = folder();
  const found = dataFolder(join(data, 'a', 'b', 'lienthong.db'), () => 50 * 1024 ** 3);
  expect(found[0]).toMatchObject({
    check: 'data-folder',
    verdict: 'ok',
    found: expect.stringContaining('first start'),
  });
  expect(readdirSync(data)).toEqual([]);
});

test('a folder that cannot be written is found, and named', () => {
  const data = folder();
  writeFileSync(join(data, 'file'), '');
  expect(dataFolder(join(data, 'file', 'lienthong.db'))).toMatchObject([
    { check: 'data-folder', verdict: 'bad', found: expect.stringContaining(join(data, 'file')) },
  ]);
});
