import type { Migration } from './migration.ts';

/**
 * How often a delivery that others may pass was refused, and whether they pass it now: it is tried again beside its
 * stream. None of what is there counts as refused yet.
 */
export const passed: Migration = {
  number: 16,
  name: 'passed',
  oldestProgram: '0.3.0',
  statements: [
    'alter table exchange add column refusals bigint not null default 0',
    'alter table exchange add column aside bigint not null default 0',
    'create index exchange_aside on exchange (stream, due_at) where aside = 1',
  ],
};
