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

/** Runs of a day, what agrees and what does not. */
export const runSchema: Migration = {
  number: 9002,
  name: 'reconciliation-runs',
  oldestProgram: '0.6.0',
  statements: [
    // Whose word a file is: what its lines are held against.
    `alter table statement add column side text not null default 'bank'`,
    `create table reconciliation_run (
       id text not null primary key, day text not null, state text not null, asked_by text not null, asked_at bigint not null,
       ended_at bigint, matched bigint not null default 0, tolerated bigint not null default 0, proposed bigint not null default 0,
       breaks bigint not null default 0, totals text not null default '[]', inputs text not null default '[]', digest text,
       problem text, alive_at bigint not null, written_by text not null)`,
    `create index reconciliation_run_open on reconciliation_run (asked_at) where state = 'running'`,
    'create index reconciliation_run_day on reconciliation_run (day, asked_at)',
    // One row a pair; what agrees only together shares a group. Ties belong to their day: a later run of it makes them anew.
    `create table reconciliation_tie (
       day text not null, grp text not null, place bigint not null, rule text not null, status text not null, why text,
       fact text, payment text, statement text, number bigint, decided_by text, primary key (day, grp, place)) {clustered}`,
    'create index reconciliation_tie_line on reconciliation_tie (statement, number) where statement is not null',
    'create index reconciliation_tie_fact on reconciliation_tie (fact) where fact is not null',
    `create table reconciliation_break (
       id text not null primary key, item text not null, kind text not null, side text not null, day text not null,
       ours bigint not null, theirs bigint not null, payment text, fact text, dossier text, statement text, number bigint,
       why text not null, candidates text not null, state text not null, assignee text, reason text, acted_by text,
       first_run text not null, last_run text not null, opened_at bigint not null, changed_at bigint not null,
       version bigint not null, written_by text not null)`,
    'create unique index reconciliation_break_item on reconciliation_break (item)',
    'create index reconciliation_break_run on reconciliation_break (last_run)',
    `create index reconciliation_break_open on reconciliation_break (day) where state in ('open', 'assigned')`,
  ],
};

/** Days that were closed, by two people. */
export const daySchema: Migration = {
  number: 9003,
  name: 'reconciliation-days',
  oldestProgram: '0.6.0',
  statements: [
    `create table reconciliation_day (
       day text not null primary key, state text not null, n bigint not null, run text not null, digest text not null,
       closed_by text not null, closed_at bigint not null, approved_by text, approved_at bigint, reason text,
       version bigint not null, written_by text not null)`,
    `create table reconciliation_lock (period text not null primary key, locked_by text not null, locked_at bigint not null, written_by text not null)`,
  ],
};

/** How files of declared sources are written. */
export const mapSchema: Migration = {
  number: 9004,
  name: 'statement-maps',
  oldestProgram: '0.6.0',
  statements: [
    `create table statement_map (source text not null primary key, map text not null, changed_by text not null, changed_at bigint not null,
       written_by text not null)`,
  ],
};

/** Rules of matching that somebody put. */
export const ruleSchema: Migration = {
  number: 9005,
  name: 'reconciliation-rules',
  oldestProgram: '0.6.0',
  statements: [
    `create table reconciliation_rule (name text not null primary key, rule text not null, changed_by text not null, changed_at bigint not null,
       written_by text not null)`,
  ],
};

/** What the portal shows of dossiers: one row each, with its turn to be looked at. */
export const dossierCheckSchema: Migration = {
  number: 9006,
  name: 'dossier-checks',
  oldestProgram: '0.7.0',
  statements: [
    `alter table reconciliation_run add column about text not null default 'money'`,
    'alter table reconciliation_run add column checks text',
    // `all`: a person wants everything sent again that the portal does not show as it is held, however much that is.
    `alter table reconciliation_run add column heals text not null default 'few'`,
    // `turn`: when it was looked at last; before that, the time of its last change below zero, so that the newest comes first.
    `create table dossier_check (
       code text not null primary key, turn bigint not null, run text, version bigint, verdict text, shown text, checked_at bigint,
       healed_version bigint, healed_run text, written_by text not null)`,
    'create index dossier_check_turn on dossier_check (turn, code)',
    'create index dossier_check_run on dossier_check (run, code) where run is not null',
    `create index reconciliation_break_portal on reconciliation_break (dossier) where side = 'portal' and state in ('open', 'assigned')`,
  ],
};

/** What processes do one after the other, and what was signed. */
export const signedSchema: Migration = {
  number: 9008,
  name: 'signed-days',
  oldestProgram: '0.7.0',
  statements: [
    // Locked first by whoever opens, runs or closes days, and by whoever makes a file count.
    'create table reconciliation_gate (name text not null primary key, written_by text not null)',
    `insert into reconciliation_gate (name, written_by) values ('days', 'migration'), ('statements', 'migration')`,
    // The report of a day as it was closed: nothing that comes later changes it.
    `create table reconciliation_signed (day text not null, n bigint not null, name text not null, part bigint not null, body text not null,
       written_by text not null, primary key (day, n, name, part)) {clustered}`,
    // What each run found, took along or saw cleared: its list, whatever later runs find.
    `create table reconciliation_listed (run text not null, brk text not null, written_by text not null, primary key (run, brk)) {clustered}`,
    `insert into reconciliation_listed (run, brk, written_by) select b.last_run, b.id, 'migration' from reconciliation_break b where b.last_run <> ''`,
    // What a day was closed with: what is recorded for it later is not among them.
    `create table reconciliation_signed_fact (day text not null, n bigint not null, fact text not null, written_by text not null,
       primary key (day, n, fact)) {clustered}`,
    // Where a file holds several statements, or a zip several files: what two of them have counts once.
    'alter table statement_line add column part bigint not null default 0',
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
    clear: ['id', 'subject', 'source', 'side', 'format', 'digest', 'state', 'taken_by', 'written_by'],
  },
  reconciliation_run: {
    numbers: ['matched', 'tolerated', 'proposed', 'breaks'],
    wall: ['asked_at', 'ended_at'],
    steady: ['alive_at'],
    clear: [
      ...[
        'id',
        'about',
        'day',
        'state',
        'asked_by',
        'totals',
        'inputs',
        'digest',
        'checks',
        'heals',
        'problem',
        'written_by',
      ],
    ],
  },
  reconciliation_day: {
    numbers: ['n', 'version'],
    wall: ['closed_at', 'approved_at'],
    clear: ['day', 'state', 'run', 'digest', 'closed_by', 'approved_by', 'written_by'],
    words: ['reason'],
  },
  dossier_check: {
    numbers: ['turn', 'version', 'healed_version'],
    wall: ['checked_at'],
    clear: ['code', 'run', 'verdict', 'shown', 'healed_run', 'written_by'],
  },
  reconciliation_listed: { clear: ['run', 'brk', 'written_by'] },
  reconciliation_signed_fact: { numbers: ['n'], clear: ['day', 'fact', 'written_by'] },
  reconciliation_gate: { clear: ['name', 'written_by'] },
  reconciliation_signed: { numbers: ['n', 'part'], clear: ['day', 'name', 'body', 'written_by'] },
  statement_map: { wall: ['changed_at'], clear: ['source', 'map', 'changed_by', 'written_by'] },
  reconciliation_rule: { wall: ['changed_at'], clear: ['name', 'rule', 'changed_by', 'written_by'] },
  reconciliation_lock: { wall: ['locked_at'], clear: ['period', 'locked_by', 'written_by'] },
  reconciliation_tie: {
    numbers: ['place', 'number'],
    clear: ['day', 'grp', 'rule', 'status', 'why', 'fact', 'payment', 'statement', 'decided_by'],
  },
  reconciliation_break: {
    numbers: ['ours', 'theirs', 'number', 'version'],
    wall: ['opened_at', 'changed_at'],
    clear: [
      ...['id', 'item', 'kind', 'side', 'day', 'payment', 'fact', 'dossier', 'statement', 'why', 'candidates', 'state'],
      ...['assignee', 'acted_by', 'first_run', 'last_run', 'written_by'],
    ],
    words: ['reason'],
  },
  statement_account: {
    numbers: ['place', 'lines'],
    clear: [...['statement', 'account', 'currency', 'from_day', 'to_day', 'opening', 'closing', 'credits', 'debits']],
  },
  statement_line: {
    numbers: ['number', 'row_number', 'amount', 'fee', 'named', 'twin', 'repeats', 'reversal', 'part'],
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
