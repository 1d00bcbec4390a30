import type { Migration } from '../store/migrations/migration.ts';
import type { Tables } from '../store/tables.ts';

/** How dossiers stand at the province's land system, what it was told of them, and what it said. */
export const landSchema: Migration = {
  number: 8001,
  name: 'land',
  oldestProgram: '0.5.0',
  statements: [
    // `said_ms`: when what it stands by happened; an older word that comes late moves nothing.
    `create table land_dossier (
       code text not null primary key, state text not null, said_ms bigint not null, returned_as_wrong bigint not null, redone bigint not null,
       version bigint not null, written_by text not null)`,
    `create table land_act (
       id text not null primary key, dossier text not null, act text not null, exchange text not null, state text not null, code text,
       created_at bigint not null, created_by text not null, written_by text not null)`,
    'create index land_act_dossier on land_act (dossier)',
    `create table land_word (
       message text not null primary key, dossier text not null, what text not null, said_ms bigint, received_at bigint not null, written_by text not null)`,
    'create index land_word_dossier on land_word (dossier)',
  ],
};

/** Codes, states and times: what was said, and who said it, stays in the messages and acts. */
export const landTables: Tables = {
  land_dossier: {
    numbers: ['returned_as_wrong', 'redone', 'version'],
    wall: ['said_ms'],
    clear: ['code', 'state', 'written_by'],
  },
  land_act: {
    wall: ['created_at'],
    clear: ['id', 'dossier', 'act', 'exchange', 'state', 'code', 'created_by', 'written_by'],
  },
  land_word: { wall: ['said_ms', 'received_at'], clear: ['message', 'dossier', 'what', 'written_by'] },
};
