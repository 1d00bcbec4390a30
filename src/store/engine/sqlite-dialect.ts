import type { Dialect } from './dialect.ts';

const SHARED = {
  ...{ lockRows: '', skipLocked: '' },
  ...{ clustered: 'without rowid', numbered: 'integer primary key' },
} as const;
/** SQLite has one writer: no locks, and what is older than now is all there. `clock-functions.ts` gives its connections the functions. */
export const SQLITE_DIALECT: Dialect = {
  ...{ at: 'wall_ms()', now: 'steady_ms()', atHorizon: 'horizon_ms()' },
  ...SHARED,
};

const EPOCH_MS = "cast(unixepoch('subsec') * 1000 as integer)";
/** D1 knows the wall alone. */
export const D1_DIALECT: Dialect = { at: EPOCH_MS, now: EPOCH_MS, atHorizon: EPOCH_MS, ...SHARED };
