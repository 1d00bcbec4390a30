import type { Migration } from '../store/migrations/migration.ts';
import type { Tables } from '../store/tables.ts';

/** Dues of land taxes as they were told, the proofs that they were paid, and what the tax department is told and asked. */
export const taxSchema: Migration = {
  number: 6001,
  name: 'tax',
  oldestProgram: '0.5.0',
  statements: [
    // One row a dossier: its dues are judged together, and their persons belong to one subject.
    'create table tax_head (dossier text not null primary key, subject text not null, version bigint not null, written_by text not null)',
    `create table tax_due (
       id text not null primary key, dossier text not null, subject text not null, decision text not null, place bigint not null, kind text not null,
       chapter text, sub_item text, treasury_code text, treasury_account text, due bigint not null, exempt bigint not null, paid bigint not null, remaining bigint not null,
       proven bigint not null, deferred bigint not null, due_date text, state text not null, finding text, notice text not null, told_at bigint not null,
       replaced_by text, content text not null, said text not null, written_by text not null)`,
    'create index tax_due_dossier on tax_due (dossier)',
    'create index tax_due_subject on tax_due (subject)',
    `create table tax_proof (
       id text not null primary key, dossier text not null, subject text not null, decision text not null, amount bigint not null, said_at text not null, status text not null,
       payment text, message text not null, identity text not null, received_at bigint not null, content text not null,
       document text not null, document_due bigint not null, document_tries bigint not null, file text, written_by text not null)`,
    `create index tax_proof_document on tax_proof (document_due) where document = 'due'`,
    'create unique index tax_proof_once on tax_proof (dossier, identity)',
    'create index tax_proof_subject on tax_proof (subject)',
    `create table tax_slip (
       id text not null primary key, dossier text not null, subject text not null, occasion text not null, defer_debt bigint not null,
       state text not null, code text, exchange text not null, created_at bigint not null, created_by text not null, content text not null,
       written_by text not null)`,
    'create index tax_slip_dossier on tax_slip (dossier)',
    'create index tax_slip_subject on tax_slip (subject)',
    `create table tax_question (
       id text not null primary key, slip text not null, question text not null, exchange text not null, state text not null, code text,
       asked_at bigint not null, answered_at bigint, total_due bigint, total_remaining bigint, signature text, answer text, written_by text not null)`,
    'create index tax_question_slip on tax_question (slip)',
    'create unique index tax_question_exchange on tax_question (exchange)',
  ],
};

/** Clear columns hold codes, amounts, dates and states; who owes, and what was written about it, is sealed. */
export const taxTables: Tables = {
  tax_head: { numbers: ['version'], clear: ['dossier', 'subject', 'written_by'] },
  tax_due: {
    numbers: ['place', 'due', 'exempt', 'paid', 'remaining', 'proven', 'deferred'],
    wall: ['told_at'],
    clear: [
      ...[
        'id',
        'dossier',
        'subject',
        'decision',
        'kind',
        'chapter',
        'sub_item',
        'treasury_code',
        'treasury_account',
        'due_date',
      ],
      ...['state', 'finding', 'notice', 'replaced_by', 'said', 'written_by'],
    ],
    sealed: {
      content: {
        purpose: 'tax_due.content',
        row: ({ id }) => id,
        under: 'select d.id, d.told_at as at, d.content as sealed from tax_due d where d.subject = ?1',
      },
    },
  },
  tax_proof: {
    numbers: ['amount', 'document_tries'],
    wall: ['received_at'],
    steady: ['document_due'],
    clear: [
      ...[
        'id',
        'dossier',
        'subject',
        'decision',
        'said_at',
        'status',
        'payment',
        'message',
        'identity',
        'document',
        'file',
      ],
      'written_by',
    ],
    sealed: {
      content: {
        purpose: 'tax_proof.content',
        row: ({ id }) => id,
        under: 'select p.id, p.received_at as at, p.content as sealed from tax_proof p where p.subject = ?1',
      },
    },
  },
  tax_slip: {
    numbers: ['defer_debt'],
    wall: ['created_at'],
    clear: ['id', 'dossier', 'subject', 'occasion', 'state', 'code', 'exchange', 'created_by', 'written_by'],
    sealed: {
      content: {
        purpose: 'tax_slip.content',
        row: ({ id }) => id,
        under: 'select s.id, s.created_at as at, s.content as sealed from tax_slip s where s.subject = ?1',
      },
    },
  },
  tax_question: {
    numbers: ['total_due', 'total_remaining'],
    wall: ['asked_at', 'answered_at'],
    clear: ['id', 'slip', 'question', 'exchange', 'state', 'code', 'signature', 'written_by'],
    sealed: {
      answer: {
        purpose: 'tax_question.answer',
        row: ({ id }) => id,
        under:
          'select q.id, q.asked_at as at, q.answer as sealed from tax_slip s join tax_question q on q.slip = s.id where s.subject = ?1 and q.answer is not null',
      },
    },
  },
};
