import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { secretFiles } from './secret-files.ts';

describe('a secret in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-secret-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read again after a moment, written over or replaced, and throws while it is gone', () => {
    let at = 0;
    const read = secretFiles(() => at);
    const path = join(folder, 'password');
    writeFileSync(path, 'mot');
    expect(read(path)).toBe('mot');
    writeFileSync(path, 'hai');
    expect(read(path)).toBe('mot');
    at += 50;
    expect(read(path)).toBe('hai');
    writeFileSync(`${path}.new`, 'bon');
    renameSync(`${path}.new`, path);
    at += 50;
    expect(read(path)).toBe('bon');
    rmSync(path);
    at += 50;
    expect(() => read(path)).toThrow(/ENOENT/);
  });
});
