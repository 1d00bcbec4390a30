import { commands, type Statement, sql } from '../../store/engine.ts';
import type { InHand } from '../rules/settlement.ts';
import { next, nextDue, nextPart, OPEN } from '../statements.ts';
import { LONGEST_CALL_MS } from './call-statements.ts';
import { REFILLED, UNHELD } from './lanes.ts';

export interface Claimed extends InHand {
  readonly stream: string;
  readonly system: string;
  readonly key: string;
  readonly epoch: number;
  readonly sent_version: number;
  readonly id: string;
  readonly seq: number;
  readonly operation: string;
  readonly subject: string | null;
  readonly part: string | null;
  readonly payload: string | null;
  readonly accepted_at: number;
  /** 1: the others of its stream pass it. */
  readonly aside: number;
}

/** Whose turn it is: a stream as a look found it, under the epoch that its claim will have, and its exchange that goes next. */
export interface Candidate extends Claimed {
  /** Who wrote the stream last: a claim is for the stream as it was seen, or for nothing. */
  readonly written_by: string | null;
  /** 1: of the share that goes to those who have waited longest. */
  readonly oldest?: number;
  readonly due_at?: number;
}

const DUE =
  's.lane = ?1 and s.due_at <= {now} and s.due_at is not null and s.parked_reason is null and s.owner is null and s.quiet_until <= {now} and s.told_until <= {now}';

/** Nothing is to go in a stream after all: claiming it only sets right when it is due. */
export interface Idle extends Omit<Candidate, 'id'> {
  readonly id: null;
}

/** A stream and an exchange of it, `x`, as a look sees them. */
const SEEN = `s.id as stream, s.system, s.key, s.epoch + 1 as epoch, s.written_by, s.doubt, s.suspect, s.sent_version, x.id, x.seq, x.operation,
            x.kind, x.version, x.part, x.subject, p.payload, x.attempts, x.tried_ms, x.accepted_at, x.aside, x.state as claimed_from`;

/** Streams whose turn has come: at most `limit`, the freshest with a share for the oldest. It takes nothing. */
export const candidates = (lane: string, limit: number, oldest: number): Statement =>
  sql(
    `with oldest as materialized (select s.id from stream s where ${DUE} order by s.due_at limit cast(?2 as bigint)),
          freshest as materialized (select s.id from stream s where ${DUE} order by s.due_at desc limit cast(?3 as bigint)),
          taken as materialized (select id from oldest union select id from freshest)
     select ${SEEN}, (select count(*) from oldest o where o.id = s.id) as oldest, s.due_at from taken t join stream s on s.id = t.id
       left join exchange x on x.stream = s.id and x.due_at <= {now} and x.seq = ${next('s')}
       left join exchange_payload p on p.exchange = x.id order by s.key`,
    lane,
    oldest,
    limit - oldest,
  );

/** What goes next in these streams once they show the version that leads, where no other desired state goes before. */
export const followers = (
  leads: readonly { readonly stream: string; readonly lead: string; readonly version: number }[],
): Statement =>
  sql(
    `select ${SEEN} from json_each(?1) v join stream s on s.id = v.value->>'stream'
       join exchange x on x.stream = s.id and x.due_at <= {now} and x.seq = (${nextPart('s', "cast(v.value->>'version' as bigint)")})
       left join exchange_payload p on p.exchange = x.id
      where not exists (select 1 from exchange o where o.stream = s.id and o.kind = 'collapsing' and o.state in ${OPEN} and o.id <> v.value->>'lead')
      order by s.key`,
    commands(leads),
  );

/** A stream to be claimed as it was seen. */
export interface ClaimCommand {
  readonly stream: string;
  readonly epoch: number;
  readonly writtenBy: string | null;
  readonly doubt: string;
  /** From 1: an open breaker lets the first alone through. */
  readonly nth: number;
  /** Which of the lane's places it goes to, from 1; 0 where nothing of it travels. */
  readonly place: number;
  /** How many calls are made for the places up to this one: no more are claimed than the lane has tokens for. */
  readonly cost: number;
}
/** An exchange of a stream that is claimed, and what it travels in. */
export interface ClaimedExchange {
  readonly stream: string;
  readonly exchange: string;
  readonly state: string;
  /** The one that goes before it in its stream: without that it is not claimed. */
  readonly behind: string | null;
  /** Which of the calls it travels in, from 1; 0 in none. */
  readonly slot: number;
  /** The call that is opened with the claim; null where they are asked before anything is sent. */
  readonly call: string | null;
  /** The version of the desired state that is sent; null where the exchange itself holds what is. */
  readonly version: number | null;
}
/** A call that stands in the store with the claim of what it carries. */
export interface ClaimedCall {
  readonly id: string;
  readonly operation: string;
}

/**
 * Takes streams as they were seen, if nobody has written them since, as far as the lane's tokens and places reach, and
 * opens the calls that carry them: these and their attempts stand in the store before a byte leaves. A stream that
 * somebody owns is never taken. An open breaker whose time is over gives one stream to one claimer, the probe, and
 * keeps everyone else out until it is known how that went. The last statement answers what was taken.
 */
export function claim(input: {
  readonly lane: string;
  readonly token: string;
  readonly owner: string;
  readonly leaseMs: number;
  readonly batchSize: number;
  readonly streams: readonly ClaimCommand[];
  readonly exchanges: readonly ClaimedExchange[];
  readonly calls: readonly ClaimedCall[];
}): Statement[] {
  const { lane, token, owner } = input;
  const streams = commands(input.streams.map((each) => ({ ...each, writtenBy: each.writtenBy ?? '' })));
  const exchanges = commands(input.exchanges);
  const taken = `from json_each(?3) v join stream s on s.id = v.value->>'stream' and s.owner = ?2 and s.written_by = ?1`;
  const sending = `${taken} join exchange x on x.id = v.value->>'exchange' and x.state = 'sending'`;
  const send = (which: string) =>
    sql(
      `update exchange set state = 'sending', claimed_from = exchange.state ${taken}
        where exchange.id = v.value->>'exchange' and exchange.stream = s.id and exchange.state = v.value->>'state' and exchange.due_at <= {now} and ${which}`,
      token,
      owner,
      exchanges,
    );
  return [
    sql(
      `update lane set tokens = ${REFILLED}, refilled_at = {now}, written_by = ?2 where name = ?1 and ${UNHELD}`,
      lane,
      token,
    ),
    // Every stream that anyone holds in this lane counts, whether its call is open yet or not: so no two claimers count on the same room.
    sql(
      `with held as materialized (
              select (count(*) + cast(?6 as bigint) - 1) / cast(?6 as bigint) as n from stream s where s.owner is not null and s.lane = ?1),
            room as materialized (
              select l.tokens, l.max_open - h.n as places, l.breaker from lane l, held h where l.name = ?1 and l.written_by = ?2),
            free as materialized (
              select s.id from stream s where s.id in (select v.value->>'stream' from json_each(?5) v) and ${DUE} order by s.id {skipLocked})
       update stream set owner = ?3, epoch = stream.epoch + 1, lease_until = {now} + cast(?4 as bigint), written_by = ?2
         from json_each(?5) v join free f on f.id = v.value->>'stream' join room r on r.tokens >= 1 and r.places >= 1
        where stream.id = f.id and stream.owner is null and stream.epoch = cast(v.value->>'epoch' as bigint) - 1
          and coalesce(stream.written_by, '') = v.value->>'writtenBy' and stream.doubt = v.value->>'doubt'
          and cast(v.value->>'cost' as bigint) <= r.tokens and cast(v.value->>'place' as bigint) <= r.places
          and (r.breaker = 'closed' or cast(v.value->>'nth' as bigint) = 1)`,
      lane,
      token,
      owner,
      input.leaseMs,
      streams,
      input.batchSize,
    ),
    send(`v.value->>'behind' is null and exchange.seq = ${next('s')}`),
    ...(input.exchanges.some(({ behind }) => behind !== null)
      ? [send(`exists (select 1 from exchange b where b.id = v.value->>'behind' and b.state = 'sending')`)]
      : []),
    sql(
      `update stream set owner = null, lease_until = 0, due_at = ${nextDue('stream')}
        where owner = ?2 and written_by = ?1 and not exists (select 1 from exchange x where x.stream = stream.id and x.state = 'sending')`,
      token,
      owner,
    ),
    sql(
      `update lane set tokens = tokens - w.n, open_until = case when breaker = 'closed' or w.n = 0 then open_until else {now} + open_ms end
         from (select count(distinct v.value->>'slot') as n ${sending} where cast(v.value->>'slot' as bigint) <> 0) w
        where name = ?4 and written_by = ?1`,
      token,
      owner,
      exchanges,
      lane,
    ),
    sql(
      `insert into call (id, lane, operation, purpose, owner, items, started_at, over_at)
       select v.value->>'id', ?4, v.value->>'operation', 'send', ?2, w.n, {at}, {now} + ${LONGEST_CALL_MS} from json_each(?5) v
         join (select v.value->>'call' as call, count(*) as n ${sending} group by 1) w on w.call = v.value->>'id'`,
      token,
      owner,
      exchanges,
      lane,
      commands(input.calls),
    ),
    sql(
      `insert into attempt (exchange, n, call, epoch, started_at, version)
       select x.id, (select coalesce(max(a.n), 0) + 1 from attempt a where a.exchange = x.id), v.value->>'call', s.epoch, {at}, cast(v.value->>'version' as bigint)
         ${sending} where v.value->>'call' is not null`,
      token,
      owner,
      exchanges,
    ),
    sql(`select x.id as exchange ${sending}`, token, owner, exchanges),
  ];
}

/**
 * Which of these, claimed with what went before them, may still go now: their stream is held under the epoch that they
 * were claimed in, nobody was erased, and nothing keeps the lane from sending.
 */
export const stillMayGo = (
  lane: string,
  owner: string,
  items: readonly { readonly stream: string; readonly epoch: number; readonly exchange: string }[],
): Statement =>
  sql(
    `select x.id as exchange from json_each(?3) v
       join stream s on s.id = v.value->>'stream' and s.owner = ?2 and s.epoch = cast(v.value->>'epoch' as bigint) and s.lease_until > {now}
       join exchange x on x.id = v.value->>'exchange' and x.state = 'sending'
       join lane l on l.name = ?1 and l.breaker = 'closed' and ${UNHELD}
       left join subject u on u.id = x.subject where x.subject is null or u.salt is not null`,
    lane,
    owner,
    commands(items),
  );

/** For calls that were paid for and not made. */
export const giveTokensBack = (lane: string, calls: number): Statement =>
  sql('update lane set tokens = tokens + ?2 where name = ?1', lane, calls);

/** What `nextInLane` answers; absent while the lane is not made. */
export interface LaneState {
  readonly now: number;
  readonly rate: number;
  readonly burst: number;
  readonly tokens: number;
  readonly refilled_at: number;
  readonly paused_reason: string | null;
  readonly not_before: number;
  readonly open_until: number;
  readonly breaker: string;
  readonly due_at: number | null;
  /** Calls that the lane may have open, and streams that are held in it by anyone. */
  readonly max_open: number;
  readonly held: number;
}

/** When the lane's next stream falls due (epoch ms), and what keeps the lane itself from claiming until then. */
export const nextInLane = (lane: string): Statement =>
  sql(
    `select {now} as now, l.rate, l.burst, l.tokens, l.refilled_at, l.paused_reason, l.not_before, l.open_until, l.breaker, l.max_open,
            (select count(*) from stream h where h.owner is not null and h.lane = ?1) as held,
            (select min(s.due_at) from stream s where s.lane = ?1 and s.due_at is not null and s.parked_reason is null and s.owner is null) as due_at
       from lane l where l.name = ?1`,
    lane,
  );
