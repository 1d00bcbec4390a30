import type { Migration } from '../../../src/store/migrations/migration.ts';
import type { Tables } from '../../../src/store/tables.ts';

/** The room's own tables. */
export const practiceSchema: Migration = {
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

/** Clear columns hold codes alone; pages and numbers are sealed under the subject. */
export const practiceTables: Tables = {
  practice_permit: { numbers: ['version'], clear: ['permit', 'written_by'] },
  practice_payment: {
    numbers: ['amount'],
    wall: ['created_at'],
    clear: ['id', 'permit', 'reference', 'exchange', 'state', 'subject', 'written_by'],
    sealed: {
      page: {
        purpose: 'practice_payment.page',
        row: ({ reference }) => String(reference),
        under:
          'select p.id, p.reference, p.created_at as at, p.page as sealed from practice_payment p where p.subject = ?1 and p.reference = ?2',
      },
    },
  },
  practice_registration: {
    wall: ['created_at'],
    clear: ['id', 'permit', 'reference', 'exchange', 'state', 'ticket', 'subject', 'written_by'],
    sealed: {
      outcome: {
        purpose: 'practice_registration.outcome',
        row: ({ reference }) => String(reference),
        under:
          'select p.id, p.reference, p.created_at as at, p.outcome as sealed from practice_registration p where p.subject = ?1 and p.reference = ?2',
      },
    },
  },
};
