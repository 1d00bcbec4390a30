/** What keeps the store from being written, where its errors tell. */
export type StoreTrouble = 'disk-full' | 'disk-error' | 'read-only' | 'no-store';

/** However deep it stands in an error. Undefined where it is nothing of the machine's. */
export function storeTrouble(error: unknown): StoreTrouble | undefined {
  const chain = causesOf(error);
  return KINDS.find(([, codes]) =>
    chain.some(
      ({ code, errcode }) =>
        codes.includes(code) ||
        (typeof errcode === 'number' && (codes.includes(errcode) || codes.includes(errcode & 0xff))),
    ),
  )?.[0];
}

const KINDS: readonly (readonly [StoreTrouble, readonly unknown[]])[] = [
  // Of the system, of SQLite (SQLITE_FULL, and SQLITE_IOERR_SHMSIZE where the file beside the log finds no room) and of
  // PostgreSQL (disk_full).
  ['disk-full', ['ENOSPC', 'EDQUOT', 13, 4874, '53100']],
  // SQLITE_IOERR: whether it is an error or too little room, SQLite does not say.
  ['disk-error', ['EIO', 10]],
  ['read-only', ['EROFS', 8]],
  // SQLITE_CORRUPT, SQLITE_NOTADB.
  ['no-store', [11, 26]],
];

function causesOf(error: unknown, depth = 0): { readonly code?: unknown; readonly errcode?: unknown }[] {
  if (depth > 4 || typeof error !== 'object' || error === null) return [];
  return [error, ...causesOf((error as { cause?: unknown }).cause, depth + 1)];
}
