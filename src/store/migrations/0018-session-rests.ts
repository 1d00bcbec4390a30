import type { Migration } from './migration.ts';

/** How much longer than it says itself a silence after refused logins lasts: the machine was started anew meanwhile. */
export const sessionRests: Migration = {
  number: 18,
  name: 'session-rests',
  oldestProgram: '0.4.0',
  statements: ['alter table peer_session add column rested_ms bigint not null default 0'],
};
