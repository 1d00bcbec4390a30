import { chmodSync, closeSync, existsSync, lstatSync, mkdirSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** What a path leads to, symbolic links followed; for a file that is not there yet, within its real folder. */
export function realPath(file: string): string {
  const path = resolve(file);
  if (existsSync(path)) return realpathSync(path);
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new Error(`${path} is a symbolic link that leads nowhere: mend the link, or bring back what it led to`);
  mkdirSync(dirname(path), { recursive: true });
  return join(realpathSync(dirname(path)), basename(path));
}

/** The same for a file that is yet to be made, also where a symbolic link names it already. */
export function pathToBe(file: string): string {
  let path = resolve(file);
  for (let links = 0; links < 40 && !existsSync(path); links++) {
    if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) break;
    path = resolve(realpathSync(dirname(path)), readlinkSync(path));
  }
  return realPath(path);
}

/**
 * Makes sure that `file` is there and that only its owner can read it (0600). One that is there is never opened: closing
 * it would take SQLite's locks of it away.
 */
export function ownFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  try {
    closeSync(openSync(file, 'ax', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    keepToOwner(file);
  }
}

/** 0600, where there is such a file and it is ours to say. */
export function keepToOwner(file: string): void {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined || (stat.mode & 0o777) === 0o600) return;
  try {
    chmodSync(file, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}
