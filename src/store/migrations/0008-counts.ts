import type { Migration } from './migration.ts';

/** How many exchanges stand where is kept with each change, instead of being counted over the history. */
export const counts: Migration = {
  number: 8,
  name: 'counts',
  oldestProgram: '0.3.0',
  statements: [
    // Of a refused or given up desired state: a newer one was asked for since. (States are named as their index does.)
    'alter table exchange add column overtaken bigint not null default 0',
    `update exchange set overtaken = 1 where state in ('retrying', 'uncertain', 'rejected', 'dead') and state in ('rejected', 'dead')
        and kind = 'collapsing' and exists (select 1 from exchange y where y.stream = exchange.stream and y.operation = exchange.operation and y.seq > exchange.seq)`,
    `create table exchange_count (
       system text not null, operation text not null, standing text not null, cause text not null, n bigint not null, at bigint not null,
       primary key (system, operation, standing, cause)) {clustered}`,
    `create table exchange_move (
       place {numbered}, system text not null, operation text not null, standing text not null, cause text not null,
       n bigint not null, at bigint not null, folded_by text)`,
    `create table delivered (
       system text not null, stretch bigint not null, n bigint not null, primary key (system, stretch)) {clustered}`,
    `insert into exchange_count (system, operation, standing, cause, n, at)
     select x.system, x.operation,
            case when x.state = 'sending' then coalesce(x.claimed_from, 'pending') when x.overtaken = 1 then 'overtaken' else x.state end,
            coalesce(x.cause, ''), count(*), max(coalesce(x.settled_at, 0))
       from exchange x group by 1, 2, 3, 4`,
    // What is still to be settled, the oldest first: of each system the first tells how far the nation is behind.
    `create index exchange_open on exchange (system, id) where state in ('pending', 'sending', 'retrying', 'uncertain')`,
  ],
};
