import { DatabaseSync } from 'node:sqlite';
import { ownFile, realPath } from './own-file.ts';

export interface FileLock {
  release(): void;
}

/** Another process (or another part of this one) holds the file. */
export class FileInUse extends Error {
  override readonly name = 'FileInUse';
}

/** Keeps each held sidecar reachable: one that is collected as garbage closes, and lets the file go. */
const held = new Set<DatabaseSync>();

/**
 * Holds `file`, or what the symbolic link `file` leads to, for this process by an exclusive SQLite transaction on the sidecar `FILE.lock`. The operating system
 * frees it when the process ends in whatever way, SIGKILL included, so no stale lock is ever left; the sidecar stays
 * and means nothing by itself. The lock holds until `release`, also when the caller keeps nothing of it. Throws `FileInUse` after `waitMs` (0: at once). The holder cannot be told.
 */
export function lockFile(file: string, waitMs = 0): FileLock {
  const path = `${realPath(file)}.lock`;
  ownFile(path);
  const sidecar = new DatabaseSync(path);
  try {
    sidecar.exec(`pragma busy_timeout = ${Math.trunc(waitMs)}; begin exclusive`);
  } catch (cause) {
    sidecar.close();
    if (!isBusy(cause)) throw cause;
    throw new FileInUse(
      `${file} is in use: another process holds it. Stop that process first, or let the running server do the work.`,
      { cause },
    );
  }
  held.add(sidecar);
  return {
    release: () => {
      held.delete(sidecar);
      if (sidecar.isOpen) sidecar.close();
    },
  };
}

/** SQLITE_BUSY, SQLITE_LOCKED. */
export function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' && ((code & 0xff) === 5 || (code & 0xff) === 6);
}
