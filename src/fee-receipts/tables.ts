import type { Migration } from '../store/migrations/migration.ts';
import type { Tables } from '../store/tables.ts';

export const RECEIPT = 'fee_receipt.receipt';
/** Of a receipt that another took the place of, the row's content was sealed under another number. */
export const receiptRow = (id: string, n: number): string => `${id}:${n}`;

/** Electronic receipts for paid fees, the steps that made them, and how far the feed of events was followed. */
export const feeReceiptSchema: Migration = {
  number: 7001,
  name: 'fee-receipts',
  oldestProgram: '0.5.0',
  statements: [
    // One row a payment: the receipt that stands for it, or is to.
    `create table fee_receipt (
       id text not null primary key, payment text not null, dossier text not null, reference text not null, subject text not null,
       state text not null, n bigint not null, amount bigint not null, act text, code text, number text, form text, series text,
       paid_at bigint not null, issued_at bigint, receipt text, file text, due_at bigint, tries bigint not null,
       version bigint not null, written_by text not null)`,
    'create unique index fee_receipt_payment on fee_receipt (payment)',
    'create index fee_receipt_due on fee_receipt (due_at) where due_at is not null',
    `create table fee_receipt_act (
       reference text not null primary key, receipt text not null, operation text not null, n bigint not null, amount bigint not null,
       exchange text not null, state text not null, written_by text not null)`,
    'create index fee_receipt_act_receipt on fee_receipt_act (receipt)',
    'create table fee_receipt_feed (name text not null primary key, position bigint not null, written_by text not null)',
  ],
};

/** Clear columns hold codes, numbers of receipts and states; what a receipt is looked up with is sealed. */
export const feeReceiptTables: Tables = {
  fee_receipt: {
    numbers: ['n', 'amount', 'tries', 'version'],
    wall: ['paid_at', 'issued_at'],
    steady: ['due_at'],
    clear: [
      ...['id', 'payment', 'dossier', 'reference', 'subject', 'state', 'act', 'code', 'number', 'form', 'series'],
      ...['file', 'written_by'],
    ],
    sealed: {
      receipt: {
        purpose: RECEIPT,
        row: ({ id, n }) => receiptRow(id, Number(n)),
        under: `select r.id, r.n, r.issued_at as at, r.receipt as sealed from payment p join fee_receipt r on r.payment = p.id and r.subject = ?1
            where p.reference = ?2 and r.receipt is not null`,
      },
    },
  },
  fee_receipt_act: {
    numbers: ['n', 'amount'],
    clear: ['reference', 'receipt', 'operation', 'exchange', 'state', 'written_by'],
  },
  fee_receipt_feed: { numbers: ['position'], clear: ['name', 'written_by'] },
};
