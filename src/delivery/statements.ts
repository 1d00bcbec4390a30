import type { CommandKind } from '../../adapters/adapter.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { commands, type Statement, sql } from '../store/engine.ts';
import { added, moved } from './counting.ts';
import { NONE, stands } from './standing.ts';

/**
 * The SQL of delivery, in the set-based pattern: a batch's first statement stamps the rows it may change with the
 * batch's token, judging by that row's own columns alone, and every later statement selects on the stamp.
 * Parameters are `?1` commands, `?2` token, `?3` actor or owner.
 */

export const OPEN = `('pending', 'retrying', 'uncertain')`;
/** Exchanges of one stream that others pass, at most: where so many stand beside it, the next one refused holds it up. */
export const PASSED_AT_MOST = 200;

/** SQL: how many of a stream's open exchanges are passed by the others. */
export const asides = (stream: string): string =>
  `select count(*) from exchange a where a.stream = ${stream} and a.aside = 1 and a.state in ('pending', 'sending', 'retrying', 'uncertain')`;

/**
 * The first of stream `s` that is no desired state, and comes after `shown`, the version that they show by then. A dead
 * step holds the later ones of its stream back, where they are parts of a version; what is no part of one goes on past a
 * dead one. What others pass stands beside this order: it goes in its own time, while none in the order is due.
 */
export const nextPart = (s: string, shown: string) => {
  const first = `from exchange x where x.stream = ${s}.id and x.kind <> 'collapsing' and x.aside = 0 and x.state in ${OPEN} and coalesce(x.version, 0) <= ${shown}
       and (x.version is null or not exists (select 1 from exchange y where y.stream = x.stream and y.kind <> 'collapsing' and y.seq < x.seq and y.state = 'dead'))
     order by x.seq limit 1`;
  const beside = `from exchange x where x.stream = ${s}.id and x.aside = 1 and x.state in ${OPEN} order by x.due_at, x.seq limit 1`;
  const due = (from: string) => `(select x.due_at ${from})`;
  return `case when not exists (select 1 from exchange x where x.stream = ${s}.id and x.aside = 1) then (select x.seq ${first})
     when ${due(first)} <= {now} or ${due(first)} <= coalesce(${due(beside)}, ${due(first)}) then (select x.seq ${first})
     else coalesce((select x.seq ${beside}), (select x.seq ${first})) end`;
};

/** The exchange of stream `s` that goes next: the newest desired state first, then steps in order behind it. */
export const next = (s: string) => `coalesce(
   (select x.seq from exchange x where x.stream = ${s}.id and x.kind = 'collapsing' and x.state in ${OPEN} order by x.seq limit 1),
   ${nextPart(s, `${s}.sent_version`)})`;

/** Until when stream `s` is silent: by its quiet time, which nobody can lift (I3), and by what they asked for. */
const silentUntil = (s: string) =>
  `case when ${s}.told_until > ${s}.quiet_until then ${s}.told_until else ${s}.quiet_until end`;

/** When that is, not before the silence ends; null when nothing is to be sent. */
export const nextDue = (
  s: string,
) => `(select case when n.due_at < ${silentUntil(s)} then ${silentUntil(s)} else n.due_at end
   from exchange n where n.stream = ${s}.id and n.seq = ${next(s)})`;

export const lockStreams = (json: string): Statement => ({
  sql: `select s.id from stream s where s.id in (select v.value->>'stream' from json_each(?1) v) order by s.id {lockRows}`,
  params: [json],
  locksOnly: true,
});

export interface StreamCommand {
  readonly stream: string;
  readonly system: string;
  readonly key: string;
  /** Key of the row that `stampedBy` means, where that is another than the stream's. */
  readonly stampedRow?: string;
  readonly lane: string;
  /** How many exchanges this command adds. */
  readonly count: number;
  /** The version that is now desired. */
  readonly version: number;
  /** The operation whose newest exchange tells how the stream stands as a whole; none for acts. */
  readonly ledBy?: string;
  /** Recorded only: the other side has it already (first-day load). */
  readonly alreadyThere: boolean;
  /** The owner's own word on how it stands: it ends what waits for that word, and is not asked about first. */
  readonly settlesDoubt: boolean;
}
export interface ExchangeCommand {
  readonly id: string;
  readonly stream: string;
  /** Distance from the stream's next number: the last of a command's exchanges has 1. */
  readonly back: number;
  readonly operation: string;
  readonly kind: CommandKind;
  readonly version: number | null;
  readonly subject: string | null;
  /** Which part of its version it carries, in its room's words; kept in clear, so it names no person. */
  readonly part: string | null;
  readonly payload: string | null;
  readonly hash: string | null;
  /** Who asked for it, for the journal. */
  readonly actor: string;
}

/** Where a use case's first statement left its token: a row of its room for each command. */
export interface StampedBy {
  readonly table: string;
  readonly column: string;
  /** Its column of when desired state changed, for streams that have a leading operation. */
  readonly changedAt?: string;
}

/**
 * Adds exchanges to their streams, for the use cases whose first statement stamped `stampedBy.table`: a command
 * counts only where its row there carries the token.
 */
export function enqueue(input: {
  readonly streams: readonly StreamCommand[];
  readonly exchanges: readonly ExchangeCommand[];
  readonly stampedBy: StampedBy;
  readonly token: string;
  /** False when every stream is known to be new, so that there is nothing to supersede. */
  readonly mayExist: boolean;
}): Statement[] {
  const { token, stampedBy } = input;
  const led = new Set(input.exchanges.map(({ stream, operation }) => `${stream} ${operation}`));
  const streams = commands(
    input.streams.map(({ ledBy, ...stream }) => ({
      ...stream,
      ...(ledBy !== undefined && {
        ledBy,
        standing: led.has(`${stream.stream} ${ledBy}`) ? 'pending' : NONE,
      }),
      stampedRow: stream.stampedRow ?? stream.key,
      alreadyThere: stream.alreadyThere ? 1 : 0,
      settlesDoubt: stream.settlesDoubt ? 1 : 0,
    })),
  );
  const exchanges = commands(
    input.exchanges.map(({ payload: _payload, ...exchange }) => ({
      ...exchange,
      kind: exchange.kind,
    })),
  );
  // Payloads travel once only: the store reads a command's text again for every statement that it stands in.
  const payloads = input.exchanges.flatMap(({ id, stream, payload }) =>
    payload === null ? [] : [{ id, stream, payload }],
  );
  const older = `from json_each(?1) v join stream s on s.id = v.value->>'stream' and s.written_by = ?2
     join exchange x on x.stream = s.id where v.value->>'kind' = 'collapsing' and x.kind = 'collapsing' and x.operation = v.value->>'operation'`;
  const superseding = `${older} and x.state in ('pending', 'retrying', 'uncertain')`;
  const overtaking = `${older} and x.state in ('rejected', 'dead') and x.overtaken = 0`;
  const enqueued = `from json_each(?1) v join stream s on s.id = v.value->>'stream' where s.written_by = ?2`;
  const released = `excluded.doubt = 'none' and coalesce(stream.waits_for = 'owner', false)`;
  return [
    lockStreams(streams),
    sql(
      `insert into stream (id, system, key, lane, next_seq, desired_version, sent_version, due_at, doubt, led_by, standing, changed_at, written_by)
       select v.value->>'stream', v.value->>'system', v.value->>'key', v.value->>'lane', cast(v.value->>'count' as bigint) + 1,
              cast(v.value->>'version' as bigint),
              case when cast(v.value->>'alreadyThere' as bigint) = 1 then cast(v.value->>'version' as bigint) else 0 end,
              case when cast(v.value->>'count' as bigint) > 0 then {now} else null end,
              case when cast(v.value->>'settlesDoubt' as bigint) = 1 then 'none' else 'ask-first' end,
              v.value->>'ledBy', v.value->>'standing', ${stampedBy.changedAt === undefined ? 'null' : `g.${stampedBy.changedAt}`}, ?2
         from json_each(?1) v join ${stampedBy.table} g on g.${stampedBy.column} = v.value->>'stampedRow' where g.written_by = ?2
       on conflict (id) do update set next_seq = stream.next_seq + excluded.next_seq - 1, desired_version = excluded.desired_version,
          sent_version = case when excluded.sent_version > stream.sent_version then excluded.sent_version else stream.sent_version end,
          due_at = case when excluded.due_at is null then stream.due_at when ${silentUntil('stream')} > excluded.due_at then ${silentUntil('stream')} else excluded.due_at end,
          doubt = case when stream.doubt = 'ask-first' then excluded.doubt else stream.doubt end,
          parked_reason = case when ${released} then null else stream.parked_reason end,
          parked_by = case when ${released} then null else stream.parked_by end,
          parked_at = case when ${released} then null else stream.parked_at end,
          parked_until = case when ${released} then null else stream.parked_until end,
          waits_for = case when ${released} then null else stream.waits_for end,
          standing = case when stream.parked_reason is not null and not (${released}) then 'parked' when excluded.standing = 'pending' then 'pending'
                          else ${stands('stream', { unparked: true })} end,
          changed_at = coalesce(excluded.changed_at, stream.changed_at),
          written_by = excluded.written_by`,
      streams,
      token,
    ),
    ...(input.mayExist
      ? [
          moved({ source: superseding, to: `'superseded'` }, exchanges, token),
          moved({ source: overtaking, to: `'overtaken'` }, exchanges, token),
          journalLines(
            {
              id: `x.id || ':' || ?2`,
              ref: 'x.id',
              from: 'x.state',
              to: `'superseded'`,
              actor: `v.value->>'actor'`,
              hash: 'x.payload_hash',
              source: superseding,
            },
            exchanges,
            token,
          ),
          sql(
            `update exchange set state = 'superseded', settled_at = {at}, due_at = null, superseded_by = w.by_id
               from (select x.stream as of_stream, x.seq as of_seq, v.value->>'id' as by_id ${superseding}) w
              where exchange.stream = w.of_stream and exchange.seq = w.of_seq`,
            exchanges,
            token,
          ),
          sql(
            `update exchange set overtaken = 1 from (select x.stream as of_stream, x.seq as of_seq ${overtaking}) w
              where exchange.stream = w.of_stream and exchange.seq = w.of_seq`,
            exchanges,
            token,
          ),
        ]
      : []),
    sql(
      `insert into exchange (id, system, stream, seq, operation, kind, version, part, subject, payload_hash, state, due_at, accepted_at, accepted_by)
       select v.value->>'id', s.system, s.id, s.next_seq - cast(v.value->>'back' as bigint), v.value->>'operation', v.value->>'kind',
              cast(v.value->>'version' as bigint), v.value->>'part', v.value->>'subject', v.value->>'hash', 'pending', {now}, {at}, v.value->>'actor'
         ${enqueued}`,
      exchanges,
      token,
    ),
    added({ system: 's.system', operation: `v.value->>'operation'`, source: enqueued }, exchanges, token),
    ...(payloads.length > 0
      ? [
          sql(
            `insert into exchange_payload (exchange, payload)
             select v.value->>'id', v.value->>'payload' from json_each(?1) v join stream s on s.id = v.value->>'stream' where s.written_by = ?2`,
            commands(payloads),
            token,
          ),
        ]
      : []),
    journalLines(
      {
        id: `(v.value->>'id') || ':' || ?2`,
        ref: `v.value->>'id'`,
        to: `'pending'`,
        actor: `v.value->>'actor'`,
        hash: `v.value->>'hash'`,
        source: enqueued,
      },
      exchanges,
      token,
    ),
  ];
}

/** Where this batch stamped the stream: what waits to be tried again goes first, and not before its time. */
export const dueNext = (stream: string, token: string): Statement =>
  sql(
    `update stream set due_at = ${nextDue('stream')}, standing = ${stands('stream')} where id = ?1 and written_by = ?2`,
    stream,
    token,
  );
