import type { Migration } from '../store/migrations/migration.ts';

const moneyRegisters: Migration = {
  number: 3001,
  name: 'beneficiaries and fees',
  oldestProgram: '0.3.0',
  statements: [
    `create table beneficiary_account (
       code text not null, method text not null, valid_from text not null, valid_to text, bank_bin text not null,
       account_number text not null, account_name text not null, treasury_account text, chapter text, sub_item text,
       primary key (code, method, valid_from))`,
    `create table fee_entry (
       code text not null, kind text not null, fee_code text not null, channel text not null, valid_from text not null,
       valid_to text, name text not null, amount bigint not null, primary key (code, kind, fee_code, channel, valid_from))`,
  ],
};

export const migrations: readonly Migration[] = [moneyRegisters];
