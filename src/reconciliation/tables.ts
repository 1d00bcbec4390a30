import type { Migration } from '../store/migrations/migration.ts';
import type { Tables } from '../store/tables.ts';

export const NARRATIVES = 'statement_block.narratives';
/** Narratives are sealed so many together, in the block of their first line. */
export const blockRow = (statement: string, first: number): string => `${statement}:${first}`;

/** What the other sides said moved: the files that were taken in, and their entries. */
export const statementSchema: Migration = {
  number: 9001,
  name: 'statements',
  oldestProgram: '0.6.0',
  statements: [
    // `taking`: its entries are being written, and count for nobody until it is `taken`.
    `create table statement (
       id text not null primary key, subject text not null, source text not null, format text not null, digest text, state text not null,
       lines bigint not null, fresh bigint not null, begun_at bigint not null, alive_at bigint not null, taken_at bigint, taken_by text not null,
       written_by text not null)`,
    `create unique index statement_digest on statement (digest) where state = 'taken'`,
    `create index statement_taking on statement (alive_at) where state = 'taking'`,
    // Amounts of accounts are texts: any currency, exact.
    `create table statement_account (
       statement text not null, place bigint not null, account text not null, currency text not null, from_day text, to_day text,
       opening text, closing text, credits text not null, debits text not null, lines bigint not null, primary key (statement, place)) {clustered}`,
    'create index statement_account_days on statement_account (account, to_day)',
    // An entry that an earlier file has too is there and counts no more: `repeats`.
    `create table statement_line (
       statement text not null, number bigint not null, row_number bigint not null, account text not null, currency text not null, day text not null,
       time text, direction text not null, amount bigint, other_amount text, fee bigint, document text, reference text, named bigint not null,
       identity text not null, twin bigint not null, repeats bigint not null, reversal bigint not null, status text,
       primary key (statement, number)) {clustered}`,
    'create index statement_line_identity on statement_line (identity)',
    'create index statement_line_reference on statement_line (reference) where reference is not null',
    `create table statement_block (
       statement text not null, first bigint not null, last bigint not null, narratives text not null, primary key (statement, first)) {clustered}`,
  ],
};

/**
 * Clear columns hold accounts of the province and of its units, amounts, numbers of documents and references of ours; what
 * a bank wrote of an entry names people, and is sealed under the statement.
 */
export const reconciliationTables: Tables = {
  statement: {
    numbers: ['lines', 'fresh'],
    wall: ['begun_at', 'taken_at'],
    steady: ['alive_at'],
    clear: ['id', 'subject', 'source', 'format', 'digest', 'state', 'taken_by', 'written_by'],
  },
  statement_account: {
    numbers: ['place', 'lines'],
    clear: [...['statement', 'account', 'currency', 'from_day', 'to_day', 'opening', 'closing', 'credits', 'debits']],
  },
  statement_line: {
    numbers: ['number', 'row_number', 'amount', 'fee', 'named', 'twin', 'repeats', 'reversal'],
    clear: [
      ...['statement', 'account', 'currency', 'day', 'time', 'direction', 'other_amount', 'document', 'reference'],
      ...['identity', 'status'],
    ],
  },
  statement_block: {
    numbers: ['first', 'last'],
    clear: ['statement'],
    sealed: {
      narratives: {
        purpose: NARRATIVES,
        row: ({ id, first }) => blockRow(id, Number(first)),
        under: `select b.statement as id, b.first, s.taken_at as at, b.narratives as sealed
            from statement s join statement_block b on b.statement = s.id where s.id = ?2 and s.subject = ?1`,
      },
    },
  },
};
