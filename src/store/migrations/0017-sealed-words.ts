import type { Migration } from './migration.ts';

/**
 * The whole address of a subscription, sealed: `url` keeps its origin alone from now on, and of those of before
 * once the server has sealed them at its start. And whoever the journal knows by what stood for an account before: who signs in is found by it once more.
 */
export const sealedWords: Migration = {
  number: 17,
  name: 'sealed-words',
  oldestProgram: '0.4.0',
  statements: [
    'alter table subscription add column address text',
    'create table account_name (former text not null primary key, account text)',
    `insert into account_name (former)
     select j.actor from journal j where j.actor like 'jwt:%' union select p.account from principal p where p.account like 'jwt:%'
     union select i.principal from idempotency i where i.principal like 'jwt:%'`,
  ],
};
