import type { Migration } from '../store/migrations/migration.ts';
import type { Tables } from '../store/tables.ts';

/** The room's own table. */
export const filesSchema: Migration = {
  number: 5001,
  name: 'files',
  oldestProgram: '0.3.0',
  statements: [
    `create table file (
       id text not null primary key, object text not null, subject text not null, about text not null, content_type text not null,
       bytes bigint not null, digest text not null, state text not null, begun_at bigint not null, at bigint not null,
       erased_at bigint, written_by text not null) {clustered}`,
    'create index file_subject on file (subject)',
    `create index file_writing on file (begun_at) where state = 'writing'`,
    `create index file_leaving on file (id) where state in ('abandoned', 'erasing')`,
  ],
};

/**
 * `writing`: its object may be there, and no room has kept it yet. `kept`. `abandoned`: no room kept it in a day, its
 * object goes and then its row. `erasing`: nobody can open it any more, its object goes. `erased`: it is gone.
 */
export type FileState = 'writing' | 'kept' | 'abandoned' | 'erasing' | 'erased';

export const fileTables: Tables = {
  file: {
    numbers: ['bytes'],
    wall: ['at', 'erased_at'],
    steady: ['begun_at'],
    // `object` is chance, `digest` that of the sealed bytes: neither tells anything of what was kept.
    clear: ['id', 'object', 'subject', 'content_type', 'digest', 'state', 'written_by'],
    sealed: {
      about: {
        purpose: 'file.about',
        row: ({ id }) => id,
        under: `select f.id, f.at, f.about as sealed from file f where f.subject = ?1 and f.state = 'kept'`,
      },
    },
  },
};
