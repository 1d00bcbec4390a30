import type { Migration } from '../../../src/store/migrations/migration.ts';

/** The room's own tables. Clear columns hold codes alone; pages and numbers are sealed under the subject. */
export const practiceTables: Migration = {
  number: 1001,
  name: 'practice',
  oldestProgram: '0.2.0',
  statements: [
    // What a payment is judged by: one row a permit, so that two requests cannot both open one.
    'create table practice_permit (permit text not null primary key, version bigint not null, written_by text not null)',
    `create table practice_payment (
       id text not null primary key, permit text not null, reference text not null, exchange text not null, amount bigint not null,
       state text not null, subject text not null, page text, created_at bigint not null, written_by text not null)`,
    'create unique index practice_payment_reference on practice_payment (reference)',
    'create index practice_payment_permit on practice_payment (permit)',
    `create table practice_registration (
       id text not null primary key, permit text not null, reference text not null, exchange text not null,
       state text not null, ticket text, subject text not null, outcome text, created_at bigint not null, written_by text not null)`,
    'create unique index practice_registration_reference on practice_registration (reference)',
  ],
};
