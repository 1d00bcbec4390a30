import type { Migration } from './migration.ts';

/**
 * The store's steady clock, one row: how far it was and what the machine told then. `offset_ms` is what is added to a
 * server's clock where that is the store's (PostgreSQL).
 */
export const clock: Migration = {
  number: 10,
  name: 'clock',
  oldestProgram: '0.3.0',
  statements: [
    `create table clock (
       id bigint not null primary key, steady bigint not null, wall bigint not null, boot text, uptime bigint, last_id bigint not null,
       offset_ms bigint not null default 0, step_ms bigint, stepped_at bigint)`,
    // From then on nobody is at it any more: by the steady clock, beside what is shown.
    'alter table call add column over_at bigint not null default 0',
  ],
};
