import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Bytes } from '../../../crypto/bytes.ts';
import {
  checkedKey,
  type FileStore,
  FileStoreUnavailable,
  LONGEST_OBJECT_BYTES,
} from '../../../file-store/file-store.ts';

let written = 0;

/**
 * Files in a folder, fanned out by the beginning of their keys. One is written beside its place, synced and renamed, so
 * that a name stands for the whole of it or does not stand, whatever power or disk do. It is made when the first is kept.
 */
export function folderFileStore(folder: string): FileStore {
  const root = resolve(folder);
  const pathOf = (key: string): string => join(root, checkedKey(key).slice(0, 2), key.slice(2, 4), key);

  async function put(key: string, bytes: Bytes): Promise<void> {
    const path = pathOf(key);
    const next = `${path}.${process.pid}-${++written}.next`;
    await makeFolders(dirname(path));
    try {
      await writeSynced(next, bytes);
      await rename(next, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await rm(next, { force: true }).catch(() => {});
      throw error;
    }
  }
  /** New folders stand after a power loss only once those above them are synced. */
  async function makeFolders(path: string): Promise<void> {
    const first = await mkdir(path, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    for (let at = path; at.length >= dirname(first).length; at = dirname(at)) {
      await syncFolder(at);
      if (at === dirname(at)) return;
    }
  }
  /** A folder that is not there, such as a share that is not mounted, proves nothing about a file. */
  async function unlessMissing<Answer>(work: Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await work;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      await stat(root);
      return undefined;
    }
  }

  return {
    put: (key, bytes) => told(() => put(key, bytes)),
    get: (key) => told(() => unlessMissing(readBounded(pathOf(key)))),
    delete: (key) =>
      told(async () => {
        await unlessMissing(rm(pathOf(key)));
      }),
  };
}

async function readBounded(path: string): Promise<Bytes> {
  if ((await stat(path)).size > LONGEST_OBJECT_BYTES)
    throw new FileStoreUnavailable('the folder holds more under this key than a file of ours');
  return new Uint8Array(await readFile(path));
}

async function writeSynced(path: string, bytes: Bytes): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  await ended(handle, async () => {
    await handle.writeFile(bytes);
    await handle.sync();
  });
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  await ended(handle, () => handle.sync());
}

const ended = (handle: FileHandle, work: () => Promise<void>): Promise<void> => work().finally(() => handle.close());

/** A wrong key is the program's fault and stays what it is; whatever the disk says is told without its path. */
async function told<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RangeError || error instanceof FileStoreUnavailable) throw error;
    throw new FileStoreUnavailable(`the folder of files cannot be used: ${codeOf(error) ?? 'unknown'}`, {
      cause: error,
    });
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;
