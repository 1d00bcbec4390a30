import type { Dialect } from './dialect.ts';

const EPOCH_MS = "cast(unixepoch('subsec') * 1000 as integer)";
/** SQLite has one writer: no locks, and what is older than now is all there. */
export const SQLITE_DIALECT: Dialect = {
  ...{ at: EPOCH_MS, now: EPOCH_MS, atHorizon: EPOCH_MS },
  ...{ lockRows: '', skipLocked: '' },
  ...{ clustered: 'without rowid', numbered: 'integer primary key' },
};
