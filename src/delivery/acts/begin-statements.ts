import { journalLines } from '../../chronicle/journal-line.ts';
import { subjectsFrom } from '../../crypto/subject-rows.ts';
import type { SubjectKey } from '../../crypto/vault.ts';
import { type Statement, sql } from '../../store/engine.ts';
import { added } from '../counting.ts';
import { LONGEST_CALL_MS } from '../sending/call-statements.ts';
import { REFILLED, UNHELD } from '../sending/lanes.ts';
import type { ActKey } from './act-key.ts';

/**
 * The row that the room judged the act by. Its table has the columns `column`, `version` and `written_by`, and others only
 * with a default: where there is no row yet, this commit makes it of these three.
 */
export interface JudgedBy {
  readonly table: string;
  readonly column: string;
  readonly row: string;
  /** The version it was judged by; null where there was no such row, which this commit then makes. */
  readonly version: number | null;
}

export interface BeginAct {
  readonly lane: string;
  readonly system: string;
  readonly operation: string;
  readonly reference: string;
  readonly resource: string;
  readonly exchange: string;
  readonly call: string;
  readonly subject: SubjectKey & { readonly kind: string };
  readonly payload: string;
  readonly hash: string;
  readonly actor: string;
  readonly owner: string;
  readonly leaseMs: number;
  readonly judgedBy: JudgedBy | undefined;
  readonly key: ActKey;
  readonly statements: readonly Statement[];
  readonly token: string;
}

/** How the attempt to begin stood when its commit ended. */
export interface BegunRow {
  readonly now: number;
  readonly at: number;
  /** 1: the act stands in the store, its call open. */
  readonly begun: number;
  /** 1: the lane had room for it. */
  readonly room: number;
  readonly rate: number;
  readonly tokens: number;
  readonly breaker: string;
  readonly open_until: number;
  readonly not_before: number;
  readonly paused_reason: string | null;
}

/**
 * Accepts an act, claims its stream and opens its call in one commit, so that no runner can come between: first the lane,
 * stamped where it has room, then the key, then the row that the room judged by, each only over the stamp before it. Everything else
 * selects on the stream, which is made only where all of them hold. The last statement tells how it stands.
 */
export function beginAct(act: BeginAct): Statement[] {
  const { token, exchange, lane } = act;
  const stream = `${act.system}:${act.reference}`;
  const laneStamp = { table: 'lane', column: 'name', row: lane };
  const begun = 'from stream s where s.id = ?1 and s.written_by = ?2';
  return [
    sql(
      `update lane set tokens = ${REFILLED}, refilled_at = {now}, written_by = ?2 where name = ?1 and ${UNHELD} and ${REFILLED} >= 1`,
      lane,
      token,
    ),
    // Other streams are counted once the lane's row is held: nobody else can count on the same room.
    sql(
      `update lane set written_by = '' where name = ?1 and written_by = ?2
          and max_open <= (select count(*) from stream s where s.lane = ?1 and s.owner is not null)`,
      lane,
      token,
    ),
    act.key.bind({ resource: act.resource, exchange }, laneStamp, token),
    ...stillAsJudged(act.judgedBy, exchange, token),
    sql(
      `insert into stream (id, system, key, lane, next_seq, desired_version, due_at, owner, epoch, lease_until, written_by)
       select ?1, ?3, ?4, ?5, 2, 0, null, ?6, 1, {now} + cast(?7 as bigint), ?2 from idempotency i where i.act = ?8 ${
         act.judgedBy === undefined
           ? ''
           : `and exists (select 1 from ${act.judgedBy.table} g where g.${act.judgedBy.column} = ?9 and g.written_by = ?2)`
       }`,
      ...[stream, token, act.system, act.reference, lane, act.owner, act.leaseMs, exchange],
      ...(act.judgedBy === undefined ? [] : [act.judgedBy.row]),
    ),
    subjectsFrom(
      { id: '?3', kind: '?4', ref: '?5', salt: '?6', epoch: '?7', source: begun, once: true },
      ...[stream, token, act.subject.id, act.subject.kind, act.reference, act.subject.salt, act.subject.epoch],
    ),
    sql(
      `insert into exchange (id, system, stream, seq, operation, kind, subject, payload_hash, state, claimed_from, due_at, accepted_at, accepted_by)
       select ?3, s.system, s.id, 1, ?4, 'act', ?5, ?6, 'sending', 'pending', {now}, {at}, ?7 ${begun}`,
      ...[stream, token, exchange, act.operation, act.subject.id, act.hash, act.actor],
    ),
    added({ system: 's.system', operation: '?3', source: begun }, ...[stream, token, act.operation]),
    sql(
      `insert into exchange_payload (exchange, payload) select ?3, ?4 ${begun}`,
      ...[stream, token, exchange, act.payload],
    ),
    sql(
      `insert into call (id, lane, operation, purpose, owner, items, started_at, over_at)
       select ?3, s.lane, ?4, 'send', ?5, 1, {at}, {now} + ${LONGEST_CALL_MS} ${begun}`,
      ...[stream, token, act.call, act.operation, act.owner],
    ),
    sql(
      `insert into attempt (exchange, n, call, epoch, started_at) select ?3, 1, ?4, s.epoch, {at} ${begun}`,
      ...[stream, token, exchange, act.call],
    ),
    journalLines(
      { id: `?3 || ':' || ?2`, ref: '?3', to: `'pending'`, actor: '?4', hash: '?5', source: begun },
      ...[stream, token, exchange, act.actor, act.hash],
    ),
    sql(
      `update lane set tokens = tokens - 1, open_until = case when breaker = 'closed' then open_until else {now} + open_ms end
        where name = ?3 and exists (select 1 ${begun})`,
      ...[stream, token, lane],
    ),
    ...act.statements,
    act.key.unbind(exchange),
    sql(
      `select {now} as now, {at} as at, (select count(*) ${begun}) as begun, case when l.written_by = ?2 then 1 else 0 end as room,
              l.rate, ${REFILLED} as tokens, l.breaker, l.open_until, l.not_before, l.paused_reason from lane l where l.name = ?3`,
      ...[stream, token, lane],
    ),
  ];
}

/** The room's row goes one version on, where it is still the one that was judged. */
function stillAsJudged(judgedBy: JudgedBy | undefined, exchange: string, token: string): Statement[] {
  if (judgedBy === undefined) return [];
  const { table, column, row, version } = judgedBy;
  const bound = 'from idempotency i where i.act = ?2';
  if (version === null)
    return [
      sql(
        `insert into ${table} (${column}, version, written_by) select ?1, 1, ?3 ${bound} on conflict (${column}) do nothing`,
        row,
        exchange,
        token,
      ),
    ];
  return [
    sql(
      `update ${table} set version = version + 1, written_by = ?3 where ${column} = ?1 and version = cast(?4 as bigint) and exists (select 1 ${bound})`,
      row,
      exchange,
      token,
      version,
    ),
  ];
}

/** How an act stands, for whoever waits for it. */
export interface StandingRow {
  readonly state: string;
  /** 1: it may have taken effect; they are asked, or a person is. */
  readonly in_doubt: number;
  /** 1: its room has written what its end means. */
  readonly told: number | null;
  readonly cause: string | null;
  /** Their code, or our word, of the last attempt. */
  readonly code: string | null;
}
export const standing = (exchange: string): Statement =>
  sql(
    `select x.state, x.cause, x.told, case when x.state = 'uncertain' or (x.state = 'sending' and x.claimed_from = 'uncertain') then 1 else 0 end as in_doubt,
            (select a.code from attempt a where a.exchange = x.id order by a.n desc limit 1) as code
       from exchange x where x.id = ?1`,
    exchange,
  );
