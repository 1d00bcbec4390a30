import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileInUse, lockFile } from './file-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('holds a file for one holder at a time, and says in plain words that it is in use', () => {
  const file = join(folder, 'store.db');
  const lock = lockFile(file);
  expect(() => lockFile(file)).toThrow(FileInUse);
  expect(() => lockFile(file)).toThrow(`${file} is in use`);
  lockFile(join(folder, 'other.db')).release();
  lock.release();
  lock.release();
  lockFile(file).release();
});

it('I3: another process is kept out even after its garbage was collected, and SIGKILL frees the file at once', async () => {
  const file = join(folder, 'store.db');
  const code = `import { setFlagsFromString } from 'node:v8'; import { runInNewContext } from 'node:vm';
    import { lockFile } from ${JSON.stringify(new URL('./file-lock.ts', import.meta.url).href)};
    lockFile(${JSON.stringify(file)}); setFlagsFromString('--expose-gc'); runInNewContext('gc')();
    process.stdout.write('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  try {
    // However long a loaded machine takes to start it: it says that it holds the file, or it ends and that is the fault.
    const first = await Promise.race([once(child.stdout, 'data'), exited.then((ending) => ['ended', ...ending])]);
    expect(String(first[0])).toBe('held');
    expect(() => lockFile(file)).toThrow(FileInUse);
  } finally {
    child.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  lockFile(file).release();
}, 120_000);
