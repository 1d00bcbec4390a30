import type { Migration } from '../store/migrations/migration.ts';
import type { Tables } from '../store/tables.ts';

/** Payments, what was said of them, and the row by which the payments of one dossier are judged together. */
export const paymentSchema: Migration = {
  number: 4001,
  name: 'payments',
  oldestProgram: '0.2.0',
  statements: [
    // One row a dossier, so that two requests cannot both open one due.
    'create table payment_head (dossier text not null primary key, version bigint not null, written_by text not null)',
    `create table payment (
       id text not null primary key, subject text not null, dossier text not null, reference text not null, method text not null,
       channel text not null, unit text not null, amount bigint not null, exchange text, creation text not null, word text, code text,
       retired bigint not null default 0, cancelled text not null default 'no', expired text not null default 'no',
       refund_open bigint not null default 0, unanswered bigint not null default 0, watched bigint not null default 0,
       paid_elsewhere bigint not null default 0, fee_differs bigint not null default 0, state text not null, doubt text, surplus bigint not null default 0, net bigint not null default 0,
       made_at bigint not null, pay_until bigint, ends_at bigint, ask_from bigint not null default 0, changed_at bigint not null,
       content text not null, page text, version bigint not null, written_by text not null)`,
    'create unique index payment_reference on payment (reference)',
    'create index payment_dossier on payment (dossier)',
    'create index payment_state on payment (state, id)',
    `create table payment_item (
       payment text not null, place bigint not null, kind text not null, code text not null, amount bigint not null, primary key (payment, place))`,
    `create table payment_fact (
       id text not null primary key, payment text not null, fact_key text not null, kind text not null, amount bigint, currency text,
       transaction_id text, said_at text, source text not null, attested bigint not null default 0, replaces text not null default '[]',
       code text, recorded_at bigint not null)`,
    'create unique index payment_fact_key on payment_fact (fact_key)',
    'create index payment_fact_payment on payment_fact (payment)',
    `create table payment_refund (
       id text not null primary key, payment text not null, n bigint not null, reference text not null, amount bigint not null, reason text not null,
       state text not null, code text, transaction_id text, asked_by text not null, asked_at bigint not null, approved_by text, approved_at bigint,
       written_by text not null)`,
    'create unique index payment_refund_n on payment_refund (payment, n)',
    `create table payment_attested (
       id text not null primary key, payment text not null, n bigint not null, kind text not null, amount bigint, said_at text not null,
       document text not null, reason text not null, replaces text not null, state text not null, asked_by text not null, asked_at bigint not null,
       approved_by text, approved_at bigint, written_by text not null)`,
    'create unique index payment_attested_n on payment_attested (payment, n)',
    'create unique index payment_refund_reference on payment_refund (reference)',
  ],
};

/** Receipts of what was paid: which are to be fetched, and where they are kept. */
export const receiptSchema: Migration = {
  number: 4002,
  name: 'receipts',
  oldestProgram: '0.3.0',
  statements: [
    `create table payment_receipt (
       payment text not null primary key, file text, state text not null, due_at bigint not null, tries bigint not null,
       fetched_at bigint, written_by text not null) {clustered}`,
    `create index payment_receipt_due on payment_receipt (due_at) where state = 'due'`,
  ],
};

/** What reconciliation holds payments against: where the money was to go, and on which day it came. */
export const settlementSchema: Migration = {
  number: 4003,
  name: 'settlement',
  // An earlier program would record money without its day, and no run would see it.
  oldestProgram: '0.6.0',
  statements: [
    'alter table payment add column account text',
    'alter table payment_fact add column day text',
    `update payment_fact set day = substr(said_at, 1, 10) where said_at like '____-__-__%'`,
    'create index payment_fact_day on payment_fact (day)',
    'create index payment_account on payment (account)',
  ],
};

/** Clear columns hold codes, amounts and states; who pays, for what, and where the page is are sealed. */
export const paymentTables: Tables = {
  payment_head: { numbers: ['version'], clear: ['dossier', 'written_by'] },
  payment: {
    numbers: [
      ...[
        'amount',
        'retired',
        'refund_open',
        'unanswered',
        'watched',
        'paid_elsewhere',
        'fee_differs',
        'surplus',
        'net',
        'version',
      ],
    ],
    wall: ['made_at', 'pay_until', 'changed_at'],
    steady: ['ends_at', 'ask_from'],
    clear: [
      ...['id', 'subject', 'dossier', 'reference', 'method', 'channel', 'unit', 'exchange', 'creation', 'word', 'code'],
      ...['cancelled', 'expired', 'state', 'doubt', 'account', 'written_by'],
    ],
    sealed: {
      content: {
        purpose: 'payment.content',
        row: ({ id }) => id,
        under:
          'select p.id, p.made_at as at, p.content as sealed from payment p where p.subject = ?1 and p.reference = ?2',
      },
      page: {
        purpose: 'payment.page',
        row: ({ id }) => id,
        under:
          'select p.id, p.made_at as at, p.page as sealed from payment p where p.subject = ?1 and p.reference = ?2',
      },
    },
  },
  payment_item: { numbers: ['place', 'amount'], clear: ['payment', 'kind', 'code'] },
  payment_attested: {
    numbers: ['n', 'amount'],
    wall: ['asked_at', 'approved_at'],
    clear: ['id', 'payment', 'kind', 'said_at', 'replaces', 'state', 'asked_by', 'approved_by', 'written_by'],
    words: ['document', 'reason'],
  },
  payment_refund: {
    numbers: ['n', 'amount'],
    wall: ['asked_at', 'approved_at'],
    clear: [
      ...['id', 'payment', 'reference', 'state', 'code', 'transaction_id', 'asked_by', 'approved_by', 'written_by'],
    ],
    words: ['reason'],
  },
  payment_receipt: {
    numbers: ['tries'],
    wall: ['fetched_at'],
    steady: ['due_at'],
    clear: ['payment', 'file', 'state', 'written_by'],
  },
  payment_fact: {
    numbers: ['amount', 'attested'],
    wall: ['recorded_at'],
    clear: [
      ...['id', 'payment', 'fact_key', 'kind', 'currency', 'transaction_id', 'said_at', 'source', 'replaces', 'code'],
      'day',
    ],
  },
};
