import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KeyringStore } from '../../crypto/keyring.ts';
import { replaceFile } from './durable-file.ts';
import { lockFile } from './file-lock.ts';

/** The path that a `KEYRING_URL` names: `file:./data/lienthong.keyring`, `file:///srv/keyring` or a plain path. */
export function keyringPath(url: string): string {
  if (url.startsWith('file://')) return fileURLToPath(url);
  if (url.startsWith('file:')) return url.slice('file:'.length);
  if (/^[a-z][a-z0-9+.-]+:/i.test(url))
    throw new Error(`KEYRING_URL must be a file: address, not ${url.split(':')[0]}:`);
  return url;
}

/** A key ring in a file only its owner can read; each change is durable, and two processes cannot undo one another. */
export function fileKeyring(path: string): KeyringStore {
  const read = (): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  return {
    load: async () => read(),
    save: async (text, expected) => {
      mkdirSync(dirname(path), { recursive: true });
      const lock = lockFile(path, 5000);
      try {
        if (read() !== expected) return false;
        replaceFile(path, text);
        chmodSync(path, 0o600);
        return true;
      } finally {
        lock.release();
      }
    },
  };
}
