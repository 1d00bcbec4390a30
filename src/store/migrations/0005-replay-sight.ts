import type { Migration } from './migration.ts';

/** A replay meets what whoever asked for it sees. What was asked for before meets nobody else's streams. */
export const replaySight: Migration = {
  number: 5,
  name: 'replay-sight',
  oldestProgram: '0.2.0',
  statements: ['alter table replay add column sees_all bigint not null default 0'],
};
