import { type Statement, sql } from '../../store/engine.ts';
import { REFILLED } from './lanes.ts';

/** A query call that has not ended after this long belonged to a process that is gone: it takes no room any more. */
const LONGEST_QUERY_MS = 600_000;

export interface QueryCall {
  readonly id: string;
  readonly lane: string;
  readonly operation: string;
  readonly owner: string;
}

/** A query lane as it stood when room in it was asked for. */
export interface LaneNow {
  readonly now: number;
  /** 1: the call stands in the store and may be made. */
  readonly taken: number;
  readonly rate: number;
  readonly tokens: number;
  readonly breaker: string;
  readonly open_until: number;
  readonly not_before: number;
  readonly paused_reason: string | null;
}

/**
 * Asks the lane for room and, where there is some, records the call: tokens, open calls, pause, breaker and patience of
 * all processes together. An open breaker whose time is over lets one call through, the probe.
 */
export function takeRoom(call: QueryCall, token: string): Statement[] {
  const { id, lane } = call;
  return [
    sql(
      `update lane set tokens = ${REFILLED},
          refilled_at = {now}, written_by = ?2, open_until = case when breaker = 'closed' then open_until else {now} + open_ms end
        where name = ?1 and paused_reason is null and open_until <= {now} and not_before <= {now}
          and ${REFILLED} >= 1`,
      lane,
      token,
    ),
    sql(
      `insert into call (id, lane, operation, purpose, owner, items, started_at, over_at)
       select ?3, l.name, ?4, 'query', ?5, 1, {at}, {now} + ${LONGEST_QUERY_MS} from lane l where l.name = ?1 and l.written_by = ?2
          and l.max_open > (select count(*) from call c where c.lane = ?1 and c.ended_at is null and c.over_at > {now})`,
      lane,
      token,
      id,
      call.operation,
      call.owner,
    ),
    sql(
      `update lane set tokens = tokens - 1 where name = ?1 and written_by = ?2 and exists (select 1 from call c where c.id = ?3)`,
      lane,
      token,
      id,
    ),
    sql(
      `select {now} as now, (select count(*) from call c where c.id = ?2) as taken, l.rate,
              ${REFILLED} as tokens, l.breaker, l.open_until, l.not_before, l.paused_reason
         from lane l where l.name = ?1`,
      lane,
      id,
    ),
  ];
}

/** A call that a person asked for: it goes whatever the lane says, and is recorded like any. */
export const recordProbe = (call: QueryCall): Statement =>
  sql(
    `insert into call (id, lane, operation, purpose, owner, items, started_at, over_at) values (?1, ?2, ?3, 'probe', ?4, 1, {at}, {now} + ${LONGEST_QUERY_MS})`,
    call.id,
    call.lane,
    call.operation,
    call.owner,
  );

/** Calls of query lanes that a process before this one left open: they changed nothing and are simply over. */
export const endLostQueries = (owner: string, everything: boolean): Statement =>
  sql(
    `update call set ended_at = {at}, outcome = 'process-lost' where ended_at is null and owner <> ?1
        and lane in (select l.name from lane l where l.class = 'query')${everything ? '' : ` and over_at <= {now}`}`,
    owner,
  );
