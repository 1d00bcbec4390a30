import { type Statement, sql } from '../../store/engine.ts';
import type { InHand } from '../rules/settlement.ts';
import { next, nextDue } from '../statements.ts';
import { REFILLED, UNHELD } from './lanes.ts';

export interface Claimed extends InHand {
  readonly stream: string;
  readonly system: string;
  readonly key: string;
  readonly epoch: number;
  readonly lease_until: number;
  readonly sent_version: number;
  readonly id: string;
  readonly seq: number;
  readonly operation: string;
  readonly subject: string | null;
  readonly part: string | null;
  readonly payload: string | null;
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
      `update lane set tokens = ${REFILLED}, refilled_at = {now}, written_by = ?2,
          open_until = case when breaker = 'closed' then open_until else {now} + open_ms end
        where name = ?1 and ${UNHELD}`,
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
      `update exchange set state = 'sending', claimed_from = exchange.state from stream s
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
      `select s.id as stream, s.system, s.key, s.epoch, s.lease_until, s.doubt, s.suspect, s.sent_version, x.id, x.seq, x.operation,
              x.kind, x.version, x.part, x.subject, p.payload, x.attempts, x.tried_ms, x.accepted_at, x.claimed_from
         from stream s join exchange x on x.stream = s.id and x.state = 'sending'
         left join exchange_payload p on p.exchange = x.id where ${held} order by s.key`,
      token,
      owner,
    ),
  ];
}

/** What `pay` answers second. */
export interface Paid {
  /** For how many calls a token was taken. */
  readonly calls: number;
  /** Milliseconds until the lane has another. */
  readonly next_in: number;
}

/**
 * Takes tokens for calls that a claim is split into beyond those that it paid for: for as many as there are, `calls` at
 * most. The second statement answers; with nothing where the lane may not go on now.
 */
export function pay(lane: string, calls: number, token: string): Statement[] {
  const taken = `case when tokens < 1 then 0 when tokens < cast(?3 as bigint) then cast(floor(tokens) as bigint) else cast(?3 as bigint) end`;
  return [
    sql(
      `update lane set tokens = ${REFILLED}, refilled_at = {now}, written_by = ?2 where name = ?1 and breaker = 'closed' and ${UNHELD}`,
      lane,
      token,
    ),
    sql(
      `select ${taken} as calls, (1 + ${taken} - tokens) * 1000.0 / rate as next_in from lane where name = ?1 and written_by = ?2`,
      lane,
      token,
      calls,
    ),
    sql(`update lane set tokens = tokens - ${taken} where name = ?1 and written_by = ?2`, lane, token, calls),
  ];
}

/** What `nextInLane` answers; absent while the lane is not made. */
export interface LaneState {
  readonly now: number;
  readonly rate: number;
  readonly tokens: number;
  readonly refilled_at: number;
  readonly paused_reason: string | null;
  readonly not_before: number;
  readonly open_until: number;
  readonly breaker: string;
  readonly due_at: number | null;
}

/** When the lane's next stream falls due (epoch ms), and what keeps the lane itself from claiming until then. */
export const nextInLane = (lane: string): Statement =>
  sql(
    `select {now} as now, l.rate, l.tokens, l.refilled_at, l.paused_reason, l.not_before, l.open_until, l.breaker,
            (select min(s.due_at) from stream s where s.lane = ?1 and s.due_at is not null and s.parked_reason is null and s.owner is null) as due_at
       from lane l where l.name = ?1`,
    lane,
  );
