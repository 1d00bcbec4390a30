import type { Migration } from './migration.ts';

const LINE = 'id, ref, from_state, to_state, actor, at, payload_hash';
const STREAM = `system, key, lane, next_seq, desired_version, sent_version, sent_at, due_at, owner, epoch, lease_until,
   quiet_until, doubt, suspect, parked_reason, parked_by, parked_at, parked_until, waits_for, written_by`;
const EXCHANGE = `seq, id, operation, kind, version, part, subject, payload_hash, state, claimed_from, cause, attempts, tried_ms,
   due_at, accepted_at, accepted_by, settled_at, superseded_by, told`;
const named = (columns: string, of: string): string =>
  columns
    .split(',')
    .map((column) => `${of}.${column.trim()}`)
    .join(', ');

/** Dossiers of a slice, in the order of their subjects, which is that of time. */
const DOSSIERS = 'subject u join dossier d on d.subject = u.id and d.code = u.ref';
const OF_SLICE = `u.kind = 'dossier' and u.id > ?1 and u.id <= ?2`;
const OLD_STREAM = `'national-portal:' || d.code`;
const NEW_STREAM = `'national-portal:' || u.id`;
/** How it stands as a whole: how its newest snapshot does, unless it is parked. */
const STANDS = `case when s.parked_reason is not null then 'parked' else coalesce(
   (select case when y.state = 'sending' then coalesce(y.claimed_from, 'pending') else y.state end from exchange y
     where y.stream = s.id and y.operation = 'sync-dossier' order by y.seq desc limit 1), 'none') end`;
/** What was not carried over with a dossier keeps its name. */
const OTHERS = `not exists (select 1 from dossier d join stream_ordered o on o.id = 'national-portal:' || d.subject
   where s.system = 'national-portal' and d.code = s.key)`;
/** Stops the migration, which then leaves everything as it was, where a row would get lost. */
const allOf = (table: string): string[] => [
  `create table carried_${table} (rows_left_behind bigint not null check (rows_left_behind = 0))`,
  `insert into carried_${table} select (select count(*) from ${table}) - (select count(*) from ${table}_ordered)`,
  `drop table carried_${table}`,
];

/**
 * Rows lie in the order of time, where they are written fast: what is new goes to the end of its table.
 *
 * - The journal is only ever added to: a line's number is its place for good, and a seal says from which number to
 *   which. Lines that had a place keep it; the others follow in the order in which they would have been sealed.
 * - A dossier's stream, its exchanges and its bodies are named by its subject instead of its code.
 * - New entries of the blind index wait in the order of time, to be sorted in together.
 * - A stream says how it stands as a whole, and since when: those who stand alike are listed along an index.
 * - A dossier is found by its own code alone, not by its subject's reference as well.
 *
 * Numbers of the journal are carried as they are: on PostgreSQL no store of before exists, whose numbering would have to
 * be moved on.
 */
export const orderOfTime: Migration = {
  number: 6,
  name: 'order-of-time',
  oldestProgram: '0.3.0',
  before: [
    `create table if not exists journal_ordered (
       position {numbered}, id text not null, ref text not null, from_state text, to_state text not null,
       actor text not null, at bigint not null, payload_hash text)`,
    `create table if not exists stream_ordered (
       id text not null primary key, system text not null, key text not null, lane text not null,
       next_seq bigint not null, desired_version bigint not null, sent_version bigint not null default 0,
       sent_at bigint, due_at bigint, owner text, epoch bigint not null default 0, lease_until bigint not null default 0,
       quiet_until bigint not null default 0, doubt text not null default 'none', suspect bigint not null default 0,
       parked_reason text, parked_by text, parked_at bigint, parked_until bigint, waits_for text, written_by text not null,
       led_by text, standing text, changed_at bigint) {clustered}`,
    `create table if not exists exchange_ordered (
       stream text not null, seq bigint not null, id text not null, system text not null, operation text not null, kind text not null,
       version bigint, part text, subject text, payload_hash text, state text not null, claimed_from text, cause text,
       attempts bigint not null default 0, tried_ms bigint not null default 0, due_at bigint, accepted_at bigint not null,
       accepted_by text not null, settled_at bigint, superseded_by text, told bigint, primary key (stream, seq)) {clustered}`,
    `create table if not exists dossier_body_ordered (
       subject text not null, version bigint not null, at bigint not null, body text not null, primary key (subject, version))`,
  ],
  carry: [
    {
      what: 'sealed lines of the journal',
      from: Number.MIN_SAFE_INTEGER,
      slice: 20_000,
      total: 'select count(*) as n from journal where position is not null',
      next: `select max(l.position) as last, count(*) as n from (
               select position from journal where position is not null and position > cast(?1 as bigint) order by position limit ?2) l`,
      statements: [
        `insert into journal_ordered (position, ${LINE}) select position, ${LINE} from journal
          where position is not null and position > cast(?1 as bigint) and position <= cast(?2 as bigint) order by position`,
      ],
    },
    {
      what: 'dossiers with their streams',
      from: '',
      slice: 5_000,
      total: `select count(*) as n from subject where kind = 'dossier'`,
      next: `select max(l.id) as last, count(*) as n from (
               select id from subject where kind = 'dossier' and id > ?1 order by id limit ?2) l`,
      statements: [
        `insert into stream_ordered (id, led_by, standing, changed_at, ${STREAM})
         select ${NEW_STREAM}, 'sync-dossier', ${STANDS}, d.changed_at, ${named(STREAM, 's')}
           from ${DOSSIERS} join stream s on s.id = ${OLD_STREAM} where ${OF_SLICE} order by u.id`,
        `insert into exchange_ordered (stream, system, ${EXCHANGE}) select ${NEW_STREAM}, 'national-portal', ${named(EXCHANGE, 'x')}
           from ${DOSSIERS} join exchange x on x.stream = ${OLD_STREAM} where ${OF_SLICE} order by u.id, x.seq`,
        `insert into dossier_body_ordered (subject, version, at, body) select u.id, b.version, b.at, b.body
           from ${DOSSIERS} join dossier_body b on b.code = d.code where ${OF_SLICE} order by u.id, b.version`,
      ],
    },
  ],
  statements: [
    `insert into journal_ordered (position, ${LINE})
     select (select coalesce(max(position), 0) from journal_ordered) + row_number() over (order by at, id), ${LINE}
       from journal where position is null order by at, id`,
    ...allOf('journal'),
    'drop table journal',
    'alter table journal_ordered rename to journal',
    // An id begins with its reference: by it the lines of one are found, and what a batch did is told.
    'create unique index journal_id on journal (id)',

    `insert into exchange_ordered (stream, system, ${EXCHANGE}) select x.stream, s.system, ${named(EXCHANGE, 'x')}
       from stream s join exchange x on x.stream = s.id where ${OTHERS}`,
    `insert into stream_ordered (id, ${STREAM}) select s.id, ${named(STREAM, 's')} from stream s where ${OTHERS}`,
    ...allOf('exchange'),
    ...allOf('stream'),
    ...allOf('dossier_body'),
    'drop table stream',
    'alter table stream_ordered rename to stream',
    'create index stream_due on stream (lane, due_at) where due_at is not null and parked_reason is null and owner is null',
    'create index stream_held on stream (owner) where owner is not null',
    'create index stream_parked on stream (lane, parked_at) where parked_reason is not null',
    'create index stream_standing on stream (system, standing, changed_at, key) where standing is not null',
    'drop table exchange',
    'alter table exchange_ordered rename to exchange',
    'create unique index exchange_id on exchange (id)',
    `create index exchange_failing on exchange (state, id) where state in ('retrying', 'uncertain', 'rejected', 'dead')`,
    'create index exchange_untold on exchange (id) where told = 0',
    'create index exchange_subject on exchange (subject) where subject is not null',
    'drop table dossier_body',
    'alter table dossier_body_ordered rename to dossier_body',

    'drop index subject_ref',
    `create index subject_ref on subject (ref) where kind <> 'dossier'`,
    `create table blind_index_new (subject text not null, hash text not null, primary key (subject, hash)) {clustered}`,
  ],
};
