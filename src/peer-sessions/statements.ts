import { commands, type Statement, sql } from '../store/engine.ts';

export interface Kept {
  readonly version: number;
  readonly sealed: string;
  readonly rested_ms: number;
}

/** `SYSTEM/NAME`. */
export const kept = (name: string): Statement =>
  sql('select version, sealed, rested_ms from peer_session where name = ?1', name);

/** Saves each over the version it was judged by; the last rows name those that were saved. */
export function save(
  items: readonly { readonly name: string; readonly sealed: string; readonly over: number }[],
  token: string,
): Statement[] {
  return [
    sql(
      `insert into peer_session (name, version, sealed, saved_at, written_by)
       select v.value->>'name', cast(v.value->>'over' as bigint) + 1, v.value->>'sealed', {at}, ?2 from json_each(?1) v where true
       on conflict (name) do update set version = excluded.version, sealed = excluded.sealed, saved_at = excluded.saved_at, rested_ms = 0,
         written_by = excluded.written_by
       where peer_session.version = excluded.version - 1`,
      commands(items),
      token,
    ),
    sql('select name from peer_session where written_by = ?1', token),
  ];
}

/**
 * Time went on by `gapMs` while nobody knows how long the machine was really away: a silence that is kept lasts as much
 * longer. It is sealed, so how much is told beside it.
 */
export const restsMoved = (gapMs: number): Statement =>
  sql('update peer_session set rested_ms = rested_ms + cast(?1 as bigint)', gapMs);

/** A session in a backup may have ended since, and refusals in it are of another day: a restored store begins anew. */
export const forgetAll = (): Statement => sql('delete from peer_session');
