import type { Migration } from './migration.ts';

/**
 * Where we stand with each system's login, for all processes. `sealed` holds the token, under a key of the gateway's
 * own; the version is clear, so that it goes on rising even where the text cannot be opened any more.
 */
export const peerSessions: Migration = {
  number: 3,
  name: 'peer-sessions',
  oldestProgram: '0.2.0',
  statements: [
    `create table peer_session (
       name text not null primary key, version bigint not null, sealed text not null, saved_at bigint not null,
       written_by text not null)`,
  ],
};
