import { raiseFrom } from '../../chronicle/raise.ts';
import { commands, type Statement, sql } from '../../store/engine.ts';
import { type ExchangeEventData, exchangeUncertain } from '../event-types.ts';
import { stands } from '../standing.ts';
import { nextDue } from '../statements.ts';

/**
 * Streams whose owner is gone: its lease has ended, or (SQLite, at start) it belonged to a process before this one. Of a
 * stream that has two exchanges in hand the one behind comes first, and keeps the stream for the one that leads.
 */
export const abandoned = (everything: boolean, limit: number): Statement =>
  sql(
    `with held as materialized (select h.id from stream h where h.owner is not null ${everything ? '' : 'and h.lease_until < {now}'})
     select s.id as stream, s.system, s.key, s.epoch, s.doubt, s.suspect, s.sent_version, x.id, x.seq, x.operation, x.kind,
            x.version, null as part, x.subject, null as payload, (select cast(count(*) as bigint) from attempt a where a.exchange = x.id and coalesce(a.code, '') <> 'cancelled-before-sending') as attempts, x.tried_ms, x.accepted_at, coalesce(x.claimed_from, 'pending') as claimed_from,
            (select a.call from attempt a where a.exchange = x.id and a.epoch = s.epoch and a.ended_at is null order by a.n desc limit 1) as call,
            case when x.kind <> 'collapsing' and exists (select 1 from exchange y where y.stream = s.id and y.state = 'sending' and y.kind = 'collapsing') then 1 else 0 end as keeps
       from held h join stream s on s.id = h.id left join exchange x on x.stream = s.id and x.state = 'sending'
      order by s.id, case when x.kind = 'collapsing' then 1 else 0 end limit ?1`,
    limit,
  );

/** An owner that died between taking a stream and marking its exchange: nothing was to be sent. */
export const release = (streams: readonly { readonly stream: string; readonly epoch: number }[]): Statement =>
  sql(
    `update stream set owner = null, lease_until = 0, due_at = ${nextDue('stream')} from json_each(?1) v
      where stream.id = v.value->>'stream' and stream.epoch = cast(v.value->>'epoch' as bigint)`,
    commands(streams),
  );

/** Calls that nobody will end any more, and that carry no open attempt: their exchanges are settled or were given back. */
const lost = (everything: boolean): string =>
  `ended_at is null and owner <> ?1 and purpose in ('send', 'read-back', 'confirm')
        ${everything ? '' : 'and over_at <= {now}'}`;

/** One row when there is such a call. */
export const lostCall = (owner: string, everything: boolean): Statement =>
  sql(`select id from call where ${lost(everything)} limit 1`, owner);

export const endLostCalls = (owner: string, everything: boolean): Statement =>
  sql(`update call set ended_at = {at}, outcome = 'process-lost' where ${lost(everything)}`, owner);

/** Parked streams whose time is over, one lane's after the other's. */
export const parksEnded = (limit: number): Statement =>
  sql(
    `select s.id as stream, s.key, s.parked_reason, s.waits_for, x.id as exchange, x.operation, x.version from stream s
       left join exchange x on x.stream = s.id and x.seq = (select max(y.seq) from exchange y where y.stream = s.id and y.state in ('uncertain', 'retrying'))
      where s.parked_reason is not null and s.parked_until <= {now} and s.owner is null limit ?1`,
    limit,
  );

/** The question is put again: what the stream was parked for is asked once more before anything is sent. */
export const unpark = (streams: readonly { readonly stream: string }[]): Statement =>
  sql(
    `update stream set parked_reason = null, parked_by = null, parked_at = null, parked_until = null, waits_for = null, due_at = ${nextDue('stream')},
          standing = ${stands('stream', { unparked: true })} from json_each(?1) v
      where stream.id = v.value->>'stream' and stream.owner is null and stream.parked_until <= {now}`,
    commands(streams.map(({ stream }) => ({ stream }))),
  );

/** Nobody may decide for a person: the stream stays where it is, and it is told again. */
export function remindOfParked(
  items: readonly {
    readonly stream: string;
    readonly event: string;
    readonly data: ExchangeEventData;
    readonly forMs: number;
  }[],
  token: string,
): Statement[] {
  const json = commands(items);
  return [
    sql(
      `update stream set parked_until = {now} + cast(v.value->>'forMs' as bigint), written_by = ?2 from json_each(?1) v
        where stream.id = v.value->>'stream' and stream.parked_reason is not null and stream.parked_until <= {now}`,
      json,
      token,
    ),
    raiseFrom(
      exchangeUncertain,
      {
        id: `v.value->>'event'`,
        system: 's.system',
        ref: 's.key',
        data: `v.value->>'data'`,
        source: `from json_each(?1) v join stream s on s.id = v.value->>'stream' and s.written_by = ?2`,
      },
      json,
      token,
    ),
  ];
}
