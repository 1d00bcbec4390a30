import type { Migration } from './migration.ts';

/**
 * Acts that need two people, of every room in one table, and the account at the identity provider that a person signs
 * in with. What stood open before is carried over: who asked counts as a person only where a key says so.
 */
export const fourEyes: Migration = {
  number: 4,
  name: 'four-eyes',
  oldestProgram: '0.2.0',
  statements: [
    'alter table principal add column account text',
    'alter table principal add column account_by text',
    'alter table principal add column account_at bigint',
    'create unique index principal_account on principal (account) where account is not null',
    'create index principal_made on principal (created_at)',
    'create index api_key_made on api_key (created_at)',

    // State: `awaiting` a second person, `alone` where it needs none, `approved`, `ended`.
    `create table approval (
       id text not null primary key, kind text not null, ref text not null, asked_by text not null, asked_as text not null,
       asked_at bigint not null, weight bigint not null, state text not null, approved_by text, approved_at bigint,
       ended_at bigint, written_by text not null) {clustered}`,
    `create index approval_open on approval (kind) where state in ('awaiting', 'alone')`,
    // What one person asks for at the same time is counted one after the other: this row is locked first.
    'create table approval_asker (id text not null primary key, written_by text not null) {clustered}',

    `insert into approval (id, kind, ref, asked_by, asked_as, asked_at, weight, state, approved_by, approved_at, written_by)
     select 'replay:' || r.id, 'replay', r.id, r.created_by,
            case when exists (select 1 from principal p where p.id = r.created_by and p.kind = 'person') then 'person' else 'system' end,
            r.created_at, r.matched,
            case when r.state = 'awaiting-approval' then 'awaiting' when r.approved_by is null then 'alone' else 'approved' end,
            r.approved_by, r.approved_at, 'migration'
       from replay r where r.state in ('awaiting-approval', 'running')`,
    `insert into approval (id, kind, ref, asked_by, asked_as, asked_at, weight, state, written_by)
     select 'not-applied:' || x.id, 'not-applied', x.id, x.stated_by, 'person', {at}, 1, 'awaiting', 'migration'
       from exchange x where x.stated_by is not null and x.state = 'uncertain'`,
    'alter table exchange drop column stated_by',
  ],
};
