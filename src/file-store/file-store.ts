import type { Bytes } from '../crypto/bytes.ts';

/**
 * Where kept documents lie: a folder, or a bucket. It is handed sealed bytes alone and knows nobody's name. Its keys are
 * ours, made of chance (`newObjectKey`); any other is refused before it becomes a path or an address.
 */
export interface FileStore {
  /** Whole and durable when it settles: whoever reads sees all of it or nothing. */
  put(key: string, bytes: Bytes): Promise<void>;
  /** Undefined where there is none. */
  get(key: string): Promise<Bytes | undefined>;
  /** That there is none is no failure. */
  delete(key: string): Promise<void>;
}

/** It cannot be reached, or takes nothing now. A `put` may have arrived all the same. */
export class FileStoreUnavailable extends Error {
  override readonly name = 'FileStoreUnavailable';
}

/** Bytes of a file before it is sealed, at most. */
export const LONGEST_FILE_BYTES = 20 * 1024 * 1024;
/** What is read of an object at most: a longer one is none of ours. */
export const LONGEST_OBJECT_BYTES = LONGEST_FILE_BYTES + 1024;

const OBJECT_KEY = /^[0-9a-f]{32}$/;

/** 128 random bits as hexadecimal digits: no path, no case that a file system could fold, nothing to be guessed. */
export const newObjectKey = (random: (count: number) => Uint8Array): string =>
  Array.from(random(16), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Throws on what is no key of ours. */
export function checkedKey(key: string): string {
  if (!OBJECT_KEY.test(key)) throw new RangeError('not a key of a kept file');
  return key;
}
