import { journalLines } from '../chronicle/journal-line.ts';
import { type Statement, sql } from '../store/engine.ts';
import { moved } from './counting.ts';

/** Cancels what is not under way of a stream. `stamped`: only where this batch stamped it. */
export function cancelAll(stream: string, actor: string, token: string, { stamped = false } = {}): Statement[] {
  const held = (by: string) =>
    stamped ? `and exists (select 1 from stream s where s.id = ?1 and s.written_by = ${by})` : '';
  const waiting = (by: string) =>
    `x.stream = ?1 and x.state in ('pending', 'retrying', 'uncertain', 'dead') ${held(by)}`;
  const params = stamped ? [stream, token] : [stream];
  return [
    { sql: 'select s.id from stream s where s.id = ?1 {lockRows}', params: [stream], locksOnly: true },
    journalLines(
      {
        id: `x.id || ':' || ?3`,
        ref: 'x.id',
        from: 'x.state',
        to: `'cancelled'`,
        actor: '?2',
        hash: 'x.payload_hash',
        source: `from exchange x where ${waiting('?3')}`,
      },
      stream,
      actor,
      token,
    ),
    moved({ source: `from exchange x where ${waiting('?2')}`, to: `'cancelled'` }, ...params),
    sql(
      `update exchange set state = 'cancelled', settled_at = {at}, due_at = null
         from (select x.seq as n from exchange x where ${waiting('?2')}) w where exchange.stream = ?1 and exchange.seq = w.n`,
      ...params,
    ),
    sql(
      `update stream set due_at = null, parked_reason = null, parked_by = null, parked_at = null, parked_until = null where id = ?1 ${stamped ? 'and written_by = ?2' : ''}`,
      ...params,
    ),
  ];
}

/**
 * Gives up the `n` oldest of a stream that others pass, of those that are refused by somebody who has taken a later one: a
 * person may send them again.
 */
export function giveUpOldest(stream: string, n: number, actor: string, token: string): Statement[] {
  const oldest = `select x.seq from exchange x where x.stream = ?1 and x.aside = 1 and x.state in ('retrying', 'uncertain')
      and exists (select 1 from exchange y where y.stream = ?1 and y.seq > x.seq and y.state = 'delivered') order by x.seq limit cast(?2 as bigint)`;
  const source = `from exchange x where x.stream = ?1 and x.seq in (${oldest})`;
  return [
    { sql: 'select s.id from stream s where s.id = ?1 {lockRows}', params: [stream], locksOnly: true },
    journalLines(
      {
        id: `x.id || ':' || ?4`,
        ref: 'x.id',
        from: 'x.state',
        to: `'dead'`,
        actor: '?3',
        hash: 'x.payload_hash',
        source,
      },
      ...[stream, n, actor, token],
    ),
    moved({ source, to: `'dead'` }, stream, n),
    sql(
      `update exchange set state = 'dead', settled_at = {at}, due_at = null, aside = 0
         from (${oldest}) w where exchange.stream = ?1 and exchange.seq = w.seq`,
      ...[stream, n],
    ),
  ];
}

/** Removes the oldest settled exchanges of a stream beyond the `kept` newest, some at a time, with their attempts and calls. */
export function prune(stream: string, nextSeq: number, kept: number): Statement[] {
  const old = `select o.id from exchange o where o.stream = ?1 and o.seq < cast(?2 as bigint) and o.state in ('delivered', 'rejected', 'cancelled') order by o.seq limit 500`;
  const params = [stream, nextSeq - kept] as const;
  return [
    { sql: 'select s.id from stream s where s.id = ?1 {lockRows}', params: [stream], locksOnly: true },
    sql(`delete from call where id in (select a.call from attempt a where a.exchange in (${old}))`, ...params),
    sql(`delete from attempt where exchange in (${old})`, ...params),
    sql(`delete from exchange_payload where exchange in (${old})`, ...params),
    moved({ source: `from exchange x where x.stream = ?1 and x.id in (${old})` }, ...params),
    sql(
      `delete from exchange where stream = ?1 and seq in (select o.seq from exchange o where o.stream = ?1 and o.seq < cast(?2 as bigint)
          and o.state in ('delivered', 'rejected', 'cancelled') order by o.seq limit 500)`,
      ...params,
    ),
  ];
}
