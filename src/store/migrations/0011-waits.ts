import type { Migration } from './migration.ts';

/**
 * What a system asks us to wait stands apart from the quiet time that nobody may lift (I3): of a stream until when, of a
 * lane also for how long and why. The quiet time that each operation's policy has, for a restore that knows no policies.
 */
export const waits: Migration = {
  number: 11,
  name: 'waits',
  oldestProgram: '0.3.0',
  statements: [
    'alter table stream add column told_until bigint not null default 0',
    'alter table lane add column hint_until bigint not null default 0',
    'alter table lane add column hint_ms bigint not null default 0',
    'alter table lane add column hint_reason text',
    'create table operation_policy (system text not null, operation text not null, quiet_ms bigint not null, primary key (system, operation))',
  ],
};
