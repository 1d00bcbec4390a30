import { commands, type Statement, sql } from '../store/engine.ts';

/**
 * The SQL of delivery, in the set-based pattern: a batch's first statement stamps the rows it may change with the
 * batch's token, judging by that row's own columns alone, and every later statement selects on the stamp.
 * Parameters are `?1` commands, `?2` token, `?3` actor or owner.
 */

const OPEN = `('pending', 'retrying', 'uncertain')`;
/** The exchange of stream `s` that goes next: the newest desired state first, then steps in order behind it. */
const next = (s: string) => `coalesce(
   (select x.seq from exchange x where x.stream = ${s}.id and x.collapses = 1 and x.state in ${OPEN} order by x.seq limit 1),
   (select x.seq from exchange x where x.stream = ${s}.id and x.collapses = 0 and x.state in ${OPEN} and coalesce(x.version, 0) <= ${s}.sent_version
       and not exists (select 1 from exchange y where y.stream = x.stream and y.collapses = 0 and y.seq < x.seq and y.state = 'dead')
     order by x.seq limit 1))`;

/** When that is, not before the quiet time ends; null when nothing is to be sent. */
const nextDue = (s: string) => `(select case when n.due_at < ${s}.quiet_until then ${s}.quiet_until else n.due_at end
   from exchange n where n.stream = ${s}.id and n.seq = ${next(s)})`;

const lockStreams = (json: string): Statement => ({
  sql: `select s.id from stream s where s.id in (select v.value->>'stream' from json_each(?1) v) order by s.id {lockRows}`,
  params: [json],
  locksOnly: true,
});

// -- Enqueue ----------------------------------------------------------------------------------------------------

export interface StreamCommand {
  readonly stream: string;
  readonly system: string;
  readonly key: string;
  readonly lane: string;
  /** How many exchanges this command adds. */
  readonly count: number;
  /** The version that is now desired. */
  readonly version: number;
  /** Recorded only: the nation has it already (first-day load). */
  readonly alreadyThere: boolean;
}
export interface ExchangeCommand {
  readonly id: string;
  readonly stream: string;
  /** Distance from the stream's next number: the last of a command's exchanges has 1. */
  readonly back: number;
  readonly operation: string;
  readonly collapses: boolean;
  readonly version: number | null;
  readonly subject: string | null;
  readonly payload: string | null;
  readonly hash: string | null;
  /** Who asked for it, for the journal. */
  readonly actor: string;
}

/**
 * Adds exchanges to their streams, for the use cases whose first statement stamped `guard.table`: a command counts
 * only where the row `guard.column = key` carries the token.
 */
export function enqueue(input: {
  readonly streams: readonly StreamCommand[];
  readonly exchanges: readonly ExchangeCommand[];
  readonly guard: { readonly table: 'dossier' | 'subscription'; readonly column: 'code' | 'id' };
  readonly token: string;
  /** False when every stream is known to be new, so that there is nothing to supersede. */
  readonly mayExist: boolean;
}): Statement[] {
  const { token, guard } = input;
  const streams = commands(input.streams.map((stream) => ({ ...stream, alreadyThere: stream.alreadyThere ? 1 : 0 })));
  const exchanges = commands(
    input.exchanges.map(({ payload: _payload, ...exchange }) => ({
      ...exchange,
      collapses: exchange.collapses ? 1 : 0,
    })),
  );
  // Payloads travel once only: the store reads a command's text again for every statement that it stands in.
  const payloads = input.exchanges.flatMap(({ id, stream, payload }) =>
    payload === null ? [] : [{ id, stream, payload }],
  );
  const superseding = `from json_each(?1) v join stream s on s.id = v.value->>'stream' and s.written_by = ?2
     join exchange x on x.stream = s.id where cast(v.value->>'collapses' as bigint) = 1 and x.collapses = 1
      and x.operation = v.value->>'operation' and x.state in ('pending', 'retrying', 'uncertain')`;
  return [
    lockStreams(streams),
    sql(
      `insert into stream (id, system, key, lane, next_seq, desired_version, sent_version, due_at, written_by)
       select v.value->>'stream', v.value->>'system', v.value->>'key', v.value->>'lane', cast(v.value->>'count' as bigint) + 1,
              cast(v.value->>'version' as bigint),
              case when cast(v.value->>'alreadyThere' as bigint) = 1 then cast(v.value->>'version' as bigint) else 0 end,
              case when cast(v.value->>'count' as bigint) > 0 then {now} else null end, ?2
         from json_each(?1) v join ${guard.table} g on g.${guard.column} = v.value->>'key' where g.written_by = ?2
       on conflict (id) do update set next_seq = stream.next_seq + excluded.next_seq - 1, desired_version = excluded.desired_version,
          sent_version = case when excluded.sent_version > stream.sent_version then excluded.sent_version else stream.sent_version end,
          due_at = case when excluded.due_at is null then stream.due_at when stream.quiet_until > excluded.due_at then stream.quiet_until else excluded.due_at end,
          read_back = case when stream.read_back = 2 then 0 else stream.read_back end,
          parked_reason = case when stream.parked_reason = 'snapshot-requested' then null else stream.parked_reason end,
          parked_by = case when stream.parked_reason = 'snapshot-requested' then null else stream.parked_by end,
          parked_at = case when stream.parked_reason = 'snapshot-requested' then null else stream.parked_at end,
          parked_until = case when stream.parked_reason = 'snapshot-requested' then null else stream.parked_until end,
          written_by = excluded.written_by`,
      streams,
      token,
    ),
    ...(input.mayExist
      ? [
          sql(
            `insert into journal (id, ref, from_state, to_state, actor, at, payload_hash)
             select x.id || ':' || ?2, x.id, x.state, 'superseded', v.value->>'actor', {now}, x.payload_hash ${superseding}`,
            exchanges,
            token,
          ),
          sql(
            `update exchange set state = 'superseded', settled_at = {now}, due_at = null, superseded_by = w.by_id
               from (select x.stream as of_stream, x.seq as of_seq, v.value->>'id' as by_id ${superseding}) w
              where exchange.stream = w.of_stream and exchange.seq = w.of_seq`,
            exchanges,
            token,
          ),
        ]
      : []),
    sql(
      `insert into exchange (id, stream, seq, operation, collapses, version, subject, payload_hash, state, due_at, accepted_at, accepted_by)
       select v.value->>'id', s.id, s.next_seq - cast(v.value->>'back' as bigint), v.value->>'operation', cast(v.value->>'collapses' as bigint),
              cast(v.value->>'version' as bigint), v.value->>'subject', v.value->>'hash', 'pending', {now}, {now}, v.value->>'actor'
         from json_each(?1) v join stream s on s.id = v.value->>'stream' where s.written_by = ?2`,
      exchanges,
      token,
    ),
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
    sql(
      `insert into journal (id, ref, from_state, to_state, actor, at, payload_hash)
       select (v.value->>'id') || ':' || ?2, v.value->>'id', null, 'pending', v.value->>'actor', {now}, v.value->>'hash'
         from json_each(?1) v join stream s on s.id = v.value->>'stream' where s.written_by = ?2`,
      exchanges,
      token,
    ),
  ];
}

// -- Claim ------------------------------------------------------------------------------------------------------

export interface Claimed {
  readonly stream: string;
  readonly system: string;
  readonly key: string;
  readonly epoch: number;
  readonly lease_until: number;
  readonly read_back: number;
  readonly suspect: number;
  readonly sent_version: number;
  readonly id: string;
  readonly seq: number;
  readonly operation: string;
  readonly collapses: number;
  readonly version: number | null;
  readonly subject: string | null;
  readonly payload: string | null;
  readonly attempts: number;
  readonly tried_ms: number;
  readonly accepted_at: number;
}

/**
 * Takes streams whose turn has come: at most `limit`, what the lane's tokens and open calls leave room for, the
 * freshest first with a share kept for the oldest. A stream that somebody owns is never taken. An open breaker whose
 * time is over gives one stream to one claimer, the probe, and keeps everyone else out until it is known how that went.
 */
export function claim(input: {
  readonly lane: string;
  readonly token: string;
  readonly owner: string;
  readonly leaseMs: number;
  readonly limit: number;
  /** The share of what is taken that goes to the oldest, 0 to 1. */
  readonly oldestShare: number;
  /** Uniform in [0, 1): rounds that share up or down, so that it holds over many claims of one stream too. */
  readonly random: number;
  readonly batchSize: number;
}): Statement[] {
  const { lane, token, owner } = input;
  const due = `s.lane = ?1 and s.due_at <= {now} and s.due_at is not null and s.parked_reason is null and s.owner is null and s.quiet_until <= {now}`;
  const held = `s.owner = ?2 and s.written_by = ?1`;
  // Every stream that anyone holds in this lane counts, whether its call is open yet or not: so no two claimers count on the same room.
  const calls = `case when o.n >= l.max_open then 0 when cast(floor(l.tokens) as bigint) < l.max_open - o.n then cast(floor(l.tokens) as bigint) else l.max_open - o.n end`;
  return [
    sql(
      `update lane set tokens = case when tokens + rate * ({now} - refilled_at) / 1000.0 > burst then burst else tokens + rate * ({now} - refilled_at) / 1000.0 end,
          refilled_at = {now}, written_by = ?2, open_until = case when breaker = 'closed' then open_until else {now} + open_ms end
        where name = ?1 and paused_reason is null and open_until <= {now} and not_before <= {now}`,
      lane,
      token,
    ),
    sql(
      `with held as materialized (
              select (count(*) + cast(?6 as bigint) - 1) / cast(?6 as bigint) as n from stream s where s.owner is not null and s.lane = ?1),
            room as materialized (
              select case when l.tokens < 1 or ${calls} < 1 then 0 when l.breaker <> 'closed' then 1
                          when cast(?5 as bigint) < (${calls}) * cast(?6 as bigint) then cast(?5 as bigint) else (${calls}) * cast(?6 as bigint) end as n
                from lane l, held o where l.name = ?1 and l.written_by = ?2),
            share as materialized (select cast(floor(n * cast(?7 as double precision) + cast(?8 as double precision)) as bigint) as n from room),
            oldest as materialized (select s.id from stream s where ${due} order by s.due_at limit coalesce((select n from share), 0) {skipLocked}),
            freshest as materialized (select s.id from stream s where ${due} order by s.due_at desc limit coalesce((select r.n - h.n from room r, share h), 0) {skipLocked}),
            taken as materialized (select id from oldest union select id from freshest)
       update stream set owner = ?3, epoch = stream.epoch + 1, lease_until = {now} + cast(?4 as bigint), written_by = ?2
         from taken where stream.id = taken.id and stream.owner is null`,
      lane,
      token,
      owner,
      input.leaseMs,
      input.limit,
      input.batchSize,
      input.oldestShare,
      input.random,
    ),
    sql(
      `update exchange set state = 'sending' from stream s
        where ${held} and exchange.stream = s.id and exchange.due_at <= {now} and exchange.seq = ${next('s')}`,
      token,
      owner,
    ),
    sql(
      `update stream set owner = null, lease_until = 0, due_at = ${nextDue('stream')}
        where owner = ?2 and written_by = ?1 and not exists (select 1 from exchange x where x.stream = stream.id and x.state = 'sending')`,
      token,
      owner,
    ),
    sql(
      `update lane set tokens = tokens - (select (count(*) + cast(?3 as bigint) - 1) / cast(?3 as bigint) from stream s where ${held})
        where name = ?4 and written_by = ?1`,
      token,
      owner,
      input.batchSize,
      lane,
    ),
    sql(
      `select s.id as stream, s.system, s.key, s.epoch, s.lease_until, s.read_back, s.suspect, s.sent_version, x.id, x.seq, x.operation,
              x.collapses, x.version, x.subject, p.payload, x.attempts, x.tried_ms, x.accepted_at
         from stream s join exchange x on x.stream = s.id and x.state = 'sending'
         left join exchange_payload p on p.exchange = x.id where ${held} order by s.key`,
      token,
      owner,
    ),
  ];
}

/** When the lane's next stream falls due (epoch ms), and what keeps the lane itself from claiming until then. */
export const nextInLane = (lane: string): Statement =>
  sql(
    `select {now} as now, l.rate, l.tokens, l.refilled_at, l.paused_reason, l.not_before, l.open_until, l.breaker,
            (select min(s.due_at) from stream s where s.lane = ?1 and s.due_at is not null and s.parked_reason is null and s.owner is null) as due_at
       from lane l where l.name = ?1`,
    lane,
  );

// -- Calls ------------------------------------------------------------------------------------------------------

export interface CallCommand {
  readonly id: string;
  readonly lane: string;
  readonly operation: string;
  readonly purpose: 'send' | 'read-back' | 'confirm';
  readonly items: number;
  /** Its token was spent when its streams were claimed. */
  readonly paid: boolean;
}
export interface AttemptCommand {
  readonly exchange: string;
  readonly stream: string;
  readonly epoch: number;
  readonly call: string;
  /** What is sent, sealed under the exchange's subject. */
  readonly sent: string | null;
}

/** Calls and attempts exist before a byte leaves. An attempt whose claim was lost meanwhile is not made. */
export function openCalls(input: {
  readonly calls: readonly CallCommand[];
  readonly attempts: readonly AttemptCommand[];
  readonly token: string;
  readonly owner: string;
}): Statement[] {
  const attempts = commands(input.attempts.map(({ sent: _sent, ...attempt }) => attempt));
  const kept = input.attempts.flatMap(({ exchange, stream, epoch, sent }) =>
    sent === null ? [] : [{ exchange, stream, epoch, sent }],
  );
  const mine = `from json_each(?1) v join stream s on s.id = v.value->>'stream' and s.owner = ?2 and s.epoch = cast(v.value->>'epoch' as bigint) and s.lease_until > {now}`;
  const calls = commands(input.calls.map((call) => ({ ...call, cost: call.paid ? 0 : 1 })));
  return [
    sql(
      `insert into call (id, lane, operation, purpose, owner, items, started_at)
       select v.value->>'id', v.value->>'lane', v.value->>'operation', v.value->>'purpose', ?2, cast(v.value->>'items' as bigint), {now} from json_each(?1) v`,
      calls,
      input.owner,
    ),
    sql(
      `update lane set tokens = tokens - w.n from (select v.value->>'lane' as lane, sum(cast(v.value->>'cost' as bigint)) as n from json_each(?1) v group by 1) w
        where lane.name = w.lane and w.n > 0`,
      calls,
    ),
    sql(
      `update exchange set attempts = exchange.attempts + 1 from (select v.value->>'exchange' as id ${mine}) w where exchange.id = w.id and exchange.state = 'sending'`,
      attempts,
      input.owner,
    ),
    sql(
      `insert into attempt (exchange, n, call, epoch, started_at)
       select x.id, x.attempts, v.value->>'call', s.epoch, {now} ${mine} join exchange x on x.id = v.value->>'exchange' and x.state = 'sending'`,
      attempts,
      input.owner,
    ),
    ...(kept.length > 0
      ? [
          sql(
            `insert into attempt_sent (exchange, n, sent)
             select x.id, x.attempts, v.value->>'sent' ${mine} join exchange x on x.id = v.value->>'exchange' and x.state = 'sending'`,
            commands(kept),
            input.owner,
          ),
        ]
      : []),
    sql(
      `select v.value->>'exchange' as exchange ${mine} join exchange x on x.id = v.value->>'exchange' and x.state = 'sending'`,
      attempts,
      input.owner,
    ),
  ];
}

/** Ends one try of several in a claim; the exchange stays with its claimer. */
export const endAttempts = (
  ends: readonly {
    readonly exchange: string;
    readonly call: string;
    readonly outcome: string;
    readonly code: string | null;
  }[],
): Statement =>
  sql(
    `update attempt set ended_at = {now}, outcome = v.value->>'outcome', code = v.value->>'code' from json_each(?1) v
      where attempt.exchange = v.value->>'exchange' and attempt.call = v.value->>'call' and attempt.ended_at is null`,
    commands(ends),
  );

export interface CallEnd {
  readonly id: string;
  readonly outcome: string;
  readonly subject: string | null;
  /** Their raw answer, sealed; kept for what a person must look at. */
  readonly raw: string | null;
}
export const endCalls = (ends: readonly CallEnd[]): Statement =>
  sql(
    `update call set ended_at = {now}, outcome = v.value->>'outcome', subject = v.value->>'subject', raw = v.value->>'raw'
       from json_each(?1) v where call.id = v.value->>'id' and call.ended_at is null`,
    commands(ends),
  );

// -- Settle -----------------------------------------------------------------------------------------------------

export interface SettleCommand {
  readonly stream: string;
  readonly epoch: number;
  readonly exchange: string;
  readonly to: 'delivered' | 'rejected' | 'retrying' | 'uncertain' | 'dead' | 'pending';
  readonly cause: string | null;
  /** The outcome's kind and code as the attempt keeps them. */
  readonly outcome: string;
  readonly code: string | null;
  readonly detail: string | null;
  /** The version that was claimed; a newer one that was accepted meanwhile answers a request for a fresh snapshot. */
  readonly version: number | null;
  /** The version that the nation now shows, for a delivered snapshot. */
  readonly sentVersion: number | null;
  /** Milliseconds until this exchange may go again. */
  readonly dueInMs: number;
  readonly triedMs: number;
  /** Silence for the whole stream, milliseconds from now. */
  readonly quietMs: number;
  readonly readBack: 0 | 1 | 2;
  readonly suspect: boolean;
  readonly parkedReason: string | null;
  readonly parkedForMs: number | null;
}
export interface EventCommand {
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  readonly system: string;
  readonly ref: string;
  readonly data: object;
}

/** Ends attempts and lets go of their streams. Refused, changing nothing, where the stream's epoch has moved on. */
export function settle(input: {
  readonly items: readonly SettleCommand[];
  readonly events: readonly EventCommand[];
  readonly calls: readonly CallEnd[];
  readonly token: string;
  readonly actor: string;
}): Statement[] {
  const items = commands(input.items.map((item) => ({ ...item, suspect: item.suspect ? 1 : 0 })));
  const { token, actor } = input;
  const stamped = `from json_each(?1) v join stream s on s.id = v.value->>'stream' and s.written_by = ?2`;
  // A desired state that failed to go while a newer one was accepted has no reason to try again.
  const newer = `(select y.id from exchange y where y.stream = x.stream and y.operation = x.operation and y.seq > x.seq and y.state = 'pending' order by y.seq limit 1)`;
  const outcome = `case when v.value->>'to' in ('retrying', 'uncertain', 'pending') and x.collapses = 1 and exists ${newer}
    then 'superseded' else v.value->>'to' end`;
  const outdated = `coalesce(stream.desired_version > cast(v.value->>'version' as bigint), false)`;
  const parks = `(v.value->>'parkedReason' is not null and not (v.value->>'parkedReason' = 'snapshot-requested' and ${outdated}))`;
  return [
    lockStreams(items),
    sql(
      `update stream set owner = null, lease_until = 0, written_by = ?2,
          sent_version = case when cast(v.value->>'sentVersion' as bigint) > stream.sent_version then cast(v.value->>'sentVersion' as bigint) else stream.sent_version end,
          sent_at = case when v.value->>'sentVersion' is null then stream.sent_at else {now} end,
          quiet_until = case when cast(v.value->>'quietMs' as bigint) = 0 then stream.quiet_until else {now} + cast(v.value->>'quietMs' as bigint) end,
          read_back = case when cast(v.value->>'readBack' as bigint) = 2 and ${outdated} then 0 else cast(v.value->>'readBack' as bigint) end,
          suspect = cast(v.value->>'suspect' as bigint),
          parked_reason = case when ${parks} then v.value->>'parkedReason' else null end, parked_by = case when ${parks} then ?3 else null end,
          parked_at = case when ${parks} then {now} else null end,
          parked_until = case when ${parks} then {now} + cast(v.value->>'parkedForMs' as bigint) else null end
         from json_each(?1) v where stream.id = v.value->>'stream' and stream.epoch = cast(v.value->>'epoch' as bigint) and stream.owner is not null`,
      items,
      token,
      actor,
    ),
    sql(
      `update attempt set ended_at = {now}, outcome = w.outcome, code = w.code, detail = w.detail
         from (select v.value->>'exchange' as exchange, s.epoch, v.value->>'outcome' as outcome, v.value->>'code' as code, v.value->>'detail' as detail ${stamped}) w
        where attempt.exchange = w.exchange and attempt.epoch = w.epoch and attempt.ended_at is null`,
      items,
      token,
    ),
    sql(
      `insert into journal (id, ref, from_state, to_state, actor, at, payload_hash)
       select x.id || ':' || ?2, x.id, x.state, ${outcome}, ?3, {now}, x.payload_hash ${stamped} join exchange x on x.id = v.value->>'exchange' and x.state = 'sending'`,
      items,
      token,
      actor,
    ),
    sql(
      `update exchange set state = w.state, cause = w.cause, tried_ms = w.tried_ms,
          due_at = case when w.state in ('retrying', 'uncertain', 'pending') then {now} + w.due_in else null end,
          settled_at = case when w.state in ('retrying', 'uncertain', 'pending') then null else {now} end,
          superseded_by = case when w.state = 'superseded' then w.newer else null end
         from (select x.id, ${outcome} as state, v.value->>'cause' as cause, cast(v.value->>'triedMs' as bigint) as tried_ms,
                      cast(v.value->>'dueInMs' as bigint) as due_in, ${newer} as newer
                 ${stamped} join exchange x on x.id = v.value->>'exchange' and x.state = 'sending') w
        where exchange.id = w.id`,
      items,
      token,
    ),
    sql(
      `update stream set due_at = ${nextDue('stream')} from json_each(?1) v where stream.id = v.value->>'stream' and stream.written_by = ?2`,
      items,
      token,
    ),
    ...(input.events.length > 0
      ? [
          sql(
            `insert into event (id, type, system, ref, data, at)
             select v.value->>'id', v.value->>'type', v.value->>'system', v.value->>'ref', v.value->>'data', {now} ${stamped}
              where v.value->>'type' <> 'dossier.snapshot-requested' or s.parked_reason is not null`,
            commands(input.events),
            token,
          ),
        ]
      : []),
    ...(input.calls.length > 0 ? [endCalls(input.calls)] : []),
    sql(
      `select v.value->>'exchange' as exchange, case when s.written_by = ?2 then 1 else 0 end as settled
         from json_each(?1) v join stream s on s.id = v.value->>'stream'`,
      items,
      token,
    ),
  ];
}

/** Streams whose owner is gone: its lease has ended, or (SQLite, at start) it belonged to a process before this one. */
export const abandoned = (everything: boolean, limit: number): Statement =>
  sql(
    `select s.id as stream, s.system, s.key, s.epoch, s.lease_until, s.read_back, s.suspect, s.sent_version, x.id, x.seq, x.operation, x.collapses,
            x.version, x.subject, null as payload, x.attempts, x.tried_ms, x.accepted_at,
            (select a.call from attempt a where a.exchange = x.id and a.epoch = s.epoch and a.ended_at is null order by a.n desc limit 1) as call
       from stream s left join exchange x on x.stream = s.id and x.state = 'sending'
      where s.owner is not null ${everything ? '' : 'and s.lease_until < {now}'} limit ?1`,
    limit,
  );

/** An owner that died between taking a stream and marking its exchange: nothing was to be sent. */
export const release = (streams: readonly { readonly stream: string; readonly epoch: number }[]): Statement =>
  sql(
    `update stream set owner = null, lease_until = 0, due_at = ${nextDue('stream')} from json_each(?1) v
      where stream.id = v.value->>'stream' and stream.epoch = cast(v.value->>'epoch' as bigint)`,
    commands(streams),
  );

/** A call that is open for longer than any may last belonged to a process that is gone. */
const LONGEST_CALL_MS = 3_600_000;

/** Calls that nobody will end any more, and that carry no open attempt: their exchanges are settled or were given back. */
export const endLostCalls = (owner: string, everything: boolean): Statement =>
  sql(
    `update call set ended_at = {now}, outcome = 'process-lost' where ended_at is null and owner <> ?1 and purpose in ('send', 'read-back', 'confirm')
        ${everything ? '' : `and started_at < {now} - ${LONGEST_CALL_MS}`}`,
    owner,
  );

// -- Parking ----------------------------------------------------------------------------------------------------

/** Parked streams whose time is over, one lane's after the other's. */
export const parksEnded = (limit: number): Statement =>
  sql(
    `select s.id as stream, s.parked_reason from stream s where s.parked_reason is not null and s.parked_until <= {now} and s.owner is null limit ?1`,
    limit,
  );

/** The question is put again: what the stream was parked for is asked once more before anything is sent. */
export const unpark = (streams: readonly { readonly stream: string }[]): Statement =>
  sql(
    `update stream set parked_reason = null, parked_by = null, parked_at = null, parked_until = null, due_at = ${nextDue('stream')} from json_each(?1) v
      where stream.id = v.value->>'stream' and stream.owner is null and stream.parked_until <= {now}`,
    commands(streams.map(({ stream }) => ({ stream }))),
  );

/** Nobody may decide for a person: the stream stays where it is, and the province hears of it again. */
export function remindOfParked(
  items: readonly { readonly stream: string; readonly event: string; readonly forMs: number }[],
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
    sql(
      `insert into event (id, type, system, ref, data, at)
       select v.value->>'event', 'exchange.uncertain', s.system, s.key, '{"key":"' || s.key || '","cause":"still-parked","code":"' || s.parked_reason || '"}', {now}
         from json_each(?1) v join stream s on s.id = v.value->>'stream' and s.written_by = ?2`,
      json,
      token,
    ),
  ];
}

export { lockStreams, next, nextDue };
