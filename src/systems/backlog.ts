import { type Statement, sql } from '../store/engine.ts';

export interface BacklogRow {
  readonly system: string;
  readonly state: string;
  readonly n: number;
  readonly oldest: number | null;
}

/** Streams that have anything open, by the small indexes that hold only those. */
const ACTIVE = `select s.id, s.system from stream s where s.due_at is not null and s.parked_reason is null and s.owner is null
   union all select s.id, s.system from stream s where s.owner is not null and s.parked_reason is null
   union all select s.id, s.system from stream s where s.parked_reason is not null`;

/**
 * What is open of each system, by state. A refused or given up desired state counts only while nothing newer was asked
 * for. The cost follows the backlog, not the history.
 */
export const backlog = (): Statement =>
  sql(
    `select w.system, x.state, count(*) as n, min(x.accepted_at) as oldest
       from (${ACTIVE}) w join exchange x on x.stream = w.id and x.state in ('pending', 'sending', 'retrying', 'uncertain')
      group by w.system, x.state
     union all
     select s.system, x.state, count(*), min(x.accepted_at) from exchange x join stream s on s.id = x.stream
      where x.state in ('retrying', 'uncertain', 'rejected', 'dead') and x.state in ('rejected', 'dead')
        and (x.kind <> 'collapsing' or not exists (select 1 from exchange y where y.stream = x.stream and y.operation = x.operation and y.seq > x.seq))
      group by s.system, x.state
     union all
     select s.system, 'parked', count(*), min(s.parked_at) from stream s where s.parked_reason is not null group by s.system`,
  );

/** Calls of one lane that are open now. */
export const openCalls = (): Statement =>
  sql('select lane, count(*) as n from call where ended_at is null group by lane');

/** What went through since the call ids named: a lower bound, because a call with one refused item counts as refused. */
export const deliveredSince = (firstCall: string): Statement =>
  sql(
    `select lane, sum(items) as n, max(ended_at) as last from call
      where id >= ?1 and purpose = 'send' and outcome in ('completed', 'accepted') group by lane`,
    firstCall,
  );

/** The last delivery in a lane, searched backwards from now within the newest calls. */
export const lastDelivered = (lane: string): Statement =>
  sql(
    `select c.ended_at as last from (select * from call order by id desc limit 20000) c
      where c.lane = ?1 and c.purpose = 'send' and c.outcome in ('completed', 'accepted') order by c.id desc limit 1`,
    lane,
  );
