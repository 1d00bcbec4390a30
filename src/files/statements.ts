import { journalLine, journalLines } from '../chronicle/journal-line.ts';
import type { Stamped } from '../routes/route.ts';
import { commands, type Statement, sql } from '../store/engine.ts';
import type { FileState } from './tables.ts';

export interface FileRow {
  readonly object: string;
  readonly subject: string;
  readonly about: string;
  readonly content_type: string;
  readonly bytes: number;
  readonly digest: string;
  readonly state: FileState;
}
export interface LeavingRow {
  readonly id: string;
  readonly object: string;
  readonly state: FileState;
}

/** Before its object is written: so that one that no room keeps is found again without asking the place for a list. */
export const begin = (file: Omit<FileRow, 'state'> & { readonly id: string }, token: string): Statement =>
  sql(
    `insert into file (id, object, subject, about, content_type, bytes, digest, state, begun_at, at, written_by)
     values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'writing', {now}, {at}, ?8)`,
    ...[file.id, file.object, file.subject, file.about, file.content_type, file.bytes, file.digest, token],
  );

/** For the commit of the room that keeps it: only where its stamp stands, the file was not given up and its subject lives. */
export const keep = (id: string, only: Stamped, actor: string, digest: string): Statement[] => [
  sql(
    `update file set state = 'kept', at = {at}, written_by = ?2
      where id = ?1 and state = 'writing'
        and not exists (select 1 from subject u where u.id = file.subject and u.salt is null)
        and exists (select 1 from ${only.table} g where g.${only.column} = ?3 and g.written_by = ?2)`,
    ...[id, only.token, only.row],
  ),
  journalLines(
    {
      id: `'file:' || f.id || ':' || ?2`,
      ref: `'file:' || f.id`,
      to: 'f.state',
      actor: '?3',
      hash: '?4',
      source: `from file f where f.id = ?1 and f.state = 'kept' and f.written_by = ?2`,
    },
    ...[id, only.token, actor, digest],
  ),
];

export const find = (id: string): Statement =>
  sql('select object, subject, about, content_type, bytes, digest, state from file where id = ?1', id);

/** In the batch that erases them; a file that a room is about to keep is met by its row's lock. */
export const erase = (subjects: readonly string[], token: string): Statement =>
  sql(
    `update file set state = 'erasing', erased_at = {at}, written_by = ?2
      where state in ('writing', 'kept') and subject in
        (select u.id from json_each(?1) v join subject u on u.id = v.value->>'id' where u.salt is null)`,
    commands([...subjects].sort().map((id) => ({ id }))),
    token,
  );

/**
 * What is to go, or was begun longer ago than `afterMs` and not kept since. An object goes `settledMs` after it was begun
 * at the earliest, so that none comes to its place after that.
 */
export const leaving = (afterMs: number, settledMs: number, limit: number): Statement =>
  sql(
    `select x.id, x.object, x.state from (
       select f.id, f.object, f.state from file f where f.state in ('abandoned', 'erasing') and f.begun_at <= {now} - cast(?2 as bigint)
       union all
       select f.id, f.object, f.state from file f where f.state = 'writing' and f.begun_at <= {now} - cast(?1 as bigint)) x
      order by x.id limit ?3`,
    afterMs,
    settledMs,
    limit,
  );

/** From here on no room can keep it: only now may its object go. */
export const abandon = (afterMs: number, token: string): Statement =>
  sql(
    `update file set state = 'abandoned', written_by = ?2 where state = 'writing' and begun_at <= {now} - cast(?1 as bigint)`,
    afterMs,
    token,
  );

/** Its object is gone. Of an erased one the row stays: whoever asks is told that there was one. */
export const gone = ({ id, state }: LeavingRow, token: string): Statement[] =>
  state === 'abandoned'
    ? [sql(`delete from file where id = ?1 and state = 'abandoned'`, id)]
    : [
        sql(
          `update file set state = 'erased', about = '', written_by = ?2 where id = ?1 and state = 'erasing'`,
          id,
          token,
        ),
        journalLine({ id: `file:${id}:erased`, ref: `file:${id}`, to: 'erased', actor: 'files' }, { once: true }),
      ];
