import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Failure } from '../failure.ts';

/** Refuses, before anything is asked for, where a file of this name is there and may not be replaced. */
export function mayWrite(file: string, isForced: boolean): void {
  if (!isForced && existsSync(file)) throw exists(file);
}

/** Writes a file whole or not at all, and never over another unless `isForced`. */
export function writeWhole(file: string, bytes: Uint8Array, isForced: boolean): void {
  // What is replaced stays until the new one is complete.
  const written = isForced ? `${file}.${process.pid}.part` : file;
  try {
    writeFileSync(written, bytes, { flag: 'wx' });
    if (isForced) renameSync(written, file);
  } catch (error) {
    const isThere = (error as { code?: unknown }).code === 'EEXIST';
    if (isThere && !isForced) throw exists(file);
    if (!isThere) rmSync(written, { force: true });
    throw error;
  }
}

const exists = (file: string): Failure =>
  new Failure(
    `${file} đã có, chưa ghi gì; thêm --force để ghi đè`,
    'it exists, and nothing was written: --force replaces it',
  );
