import type { Migration } from './migration.ts';

/**
 * Commands with answers: acts beside desired state and appended parts, results kept until their room has them, and
 * questions that are asked on a schedule (watches). What is not known of a stream, and whom it waits for, get names.
 */
export const commandsWithAnswers: Migration = {
  number: 2,
  name: 'commands-with-answers',
  oldestProgram: '0.2.0',
  statements: [
    `alter table stream add column doubt text not null default 'none'`,
    `update stream set doubt = case read_back when 1 then 'look-after' else 'ask-first' end where read_back <> 0`,
    'alter table stream drop column read_back',
    // Whom a parked stream waits for: a person, or the owner of the desired state.
    'alter table stream add column waits_for text',
    `update stream set waits_for = case when parked_reason in ('snapshot-requested', 'nation-differs') then 'owner' else 'person' end
      where parked_reason is not null`,

    `alter table exchange add column kind text not null default 'appended'`,
    `update exchange set kind = 'collapsing' where collapses = 1`,
    'alter table exchange drop column collapses',
    // The state that it was claimed in, to which it returns when nothing was done.
    'alter table exchange add column claimed_from text',
    `update exchange set claimed_from = case when exists (select 1 from attempt a where a.exchange = exchange.id) then 'retrying' else 'pending' end
      where state = 'sending'`,
    // Of a settled act: 0 while its room has not written what it means, 1 afterwards.
    'alter table exchange add column told bigint',
    // Who stated of an act in doubt that it did not take effect: a second person has to state the same.
    'alter table exchange add column stated_by text',
    'create index exchange_untold on exchange (id) where told = 0',
    // How an act ended, sealed under its subject, until its room has it.
    `create table exchange_result (exchange text not null primary key, result text) {clustered}`,

    // The act that was begun under a key: it keeps the key until it is final.
    'alter table idempotency add column act text',
    'create index idempotency_act on idempotency (act) where act is not null',

    `create table watch (
       id text not null primary key, system text not null, query text not null, ref text not null, exchange text,
       schedule text not null, asked bigint not null default 0, unheard bigint not null default 0, warned_at bigint, opened_at bigint not null, due_at bigint, ends_at bigint not null,
       owner text, lease_until bigint not null default 0, ended_at bigint, outcome text, written_by text not null) {clustered}`,
    'create index watch_due on watch (system, query, due_at) where due_at is not null',
    'create index watch_ref on watch (system, query, ref)',
    'create index watch_exchange on watch (exchange) where exchange is not null',
  ],
};
