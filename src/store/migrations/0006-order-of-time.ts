import type { Migration } from './migration.ts';

const LINE = 'id, ref, from_state, to_state, actor, at, payload_hash';

/**
 * Rows lie in the order of time, where they are written fast: what is new goes to the end of its table.
 *
 * The journal is only ever added to: a line's number is its place for good, and a seal says from which number to which.
 * Lines that had a place keep it; the others follow in the order in which they would have been sealed.
 */
export const orderOfTime: Migration = {
  number: 6,
  name: 'order-of-time',
  oldestProgram: '0.3.0',
  before: [
    `create table if not exists journal_ordered (
       position {numbered}, id text not null, ref text not null, from_state text, to_state text not null,
       actor text not null, at bigint not null, payload_hash text)`,
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
  ],
  statements: [
    `insert into journal_ordered (position, ${LINE})
     select (select coalesce(max(position), 0) from journal_ordered) + row_number() over (order by at, id), ${LINE}
       from journal where position is null order by at, id`,
    'drop table journal',
    'alter table journal_ordered rename to journal',
    // An id begins with its reference: by it the lines of one are found, and what a batch did is told.
    'create unique index journal_id on journal (id)',
  ],
};
