import { type Engine, type SqlValue, type Statement, sql } from '../store/engine.ts';

/**
 * How many exchanges stand where is kept, not counted. Each batch that moves some writes by how much (`exchange_move`), at
 * the end of a table that nobody waits for; now and then these are folded into `exchange_count`. What stands is the sum
 * of both, at every moment.
 */

/**
 * SQL: what exchange `x` counts as. While it is on the wire, what it was claimed in: a claim moves nothing. A desired
 * state that was refused or given up matters only while nothing newer was asked for: then it is `overtaken`.
 */
export const standing = (x: string): string =>
  `case when ${x}.state = 'sending' then coalesce(${x}.claimed_from, 'pending') when ${x}.overtaken = 1 and ${x}.state in ('rejected', 'dead') then 'overtaken' else ${x}.state end`;

interface Move {
  /** SQL: `from … exchange x …`, before it is changed. */
  readonly source: string;
  /** SQL over the source: what it counts as afterwards; absent where it is deleted. */
  readonly to?: string;
  /** SQL: its cause afterwards; absent where it stays. */
  readonly cause?: string;
}

/** Before the statement that changes these exchanges, in its batch. */
export const moved = ({ source, to, cause = 'x.cause' }: Move, ...params: SqlValue[]): Statement =>
  sql(
    `insert into exchange_move (system, operation, standing, cause, n, at)
     select w.system, w.operation, w.standing, w.cause, sum(w.n), {at} from (
        select m.system, m.operation, case when k.n < 0 then m.was else m.becomes end as standing,
               case when k.n < 0 then m.was_cause else m.cause end as cause, k.n
          from (select x.system, x.operation, ${standing('x')} as was, coalesce(x.cause, '') as was_cause,
                       ${to ?? 'null'} as becomes, coalesce(${cause}, '') as cause ${source}) m
          join (select -1 as n union all select 1 as n) k on k.n < 0 or m.becomes is not null) w
      group by w.system, w.operation, w.standing, w.cause having sum(w.n) <> 0`,
    ...params,
  );

/** For exchanges that a batch adds, all pending. `source` has a row for each. */
export const added = (
  parts: { readonly system: string; readonly operation: string; readonly source: string },
  ...params: SqlValue[]
): Statement =>
  sql(
    `insert into exchange_move (system, operation, standing, cause, n, at)
     select w.system, w.operation, 'pending', '', count(*), {at}
       from (select ${parts.system} as system, ${parts.operation} as operation ${parts.source}) w group by w.system, w.operation`,
    ...params,
  );

export interface CountRow {
  readonly system: string;
  readonly operation: string;
  readonly standing: string;
  readonly cause: string;
  readonly n: number;
  /** When some came or went last, epoch milliseconds. */
  readonly at: number;
}
const BOTH = `select system, operation, standing, cause, n, at from exchange_count
   union all select system, operation, standing, cause, n, at from exchange_move`;
/** What is on the wire, by the small index of the streams that are held; `cross` keeps SQLite from any other way. */
const HELD = `from stream s cross join exchange x where s.owner is not null and x.stream = s.id and x.state = 'sending'`;

/** How many stand where, of all systems; what is on the wire apart. */
export const counts = (): Statement =>
  sql(
    `select c.system, c.operation, c.standing, c.cause, sum(c.n) as n, max(c.at) as at from (${BOTH}
        union all select x.system, x.operation, ${standing('x')}, coalesce(x.cause, ''), -1, 0 ${HELD}
        union all select x.system, x.operation, 'sending', coalesce(x.cause, ''), 1, 0 ${HELD}) c
      group by c.system, c.operation, c.standing, c.cause having sum(c.n) <> 0 order by 1, 2, 3, 4`,
  );
export interface Miscount extends Omit<CountRow, 'n' | 'at'> {
  readonly kept: number;
  readonly counted: number;
}
/** Where what is kept is not what counting tells: nowhere, at any moment. Reads every exchange. */
export const miscounted = (): Statement =>
  sql(
    `select w.system, w.operation, w.standing, w.cause, sum(w.kept) as kept, sum(w.counted) as counted from (
        select c.system, c.operation, c.standing, c.cause, c.n as kept, 0 as counted from (${BOTH}) c
        union all select x.system, x.operation, ${standing('x')}, coalesce(x.cause, ''), 0, 1 from exchange x) w
      group by w.system, w.operation, w.standing, w.cause having sum(w.kept) <> sum(w.counted) order by 1, 2, 3, 4`,
  );
/** Counts anew, for a store whose exchanges were not written by batches that count. */
export const recount = (): Statement[] => [
  sql(
    `update exchange set overtaken = 1 where state in ('rejected', 'dead') and kind = 'collapsing'
        and exists (select 1 from exchange y where y.stream = exchange.stream and y.operation = exchange.operation and y.seq > exchange.seq)`,
  ),
  sql('delete from exchange_move'),
  sql('delete from exchange_count'),
  sql(
    `insert into exchange_count (system, operation, standing, cause, n, at)
     select x.system, x.operation, ${standing('x')}, coalesce(x.cause, ''), count(*), coalesce(max(x.settled_at), 0) from exchange x group by 1, 2, 3, 4`,
  ),
];

/** Deliveries are told apart by stretches of so many milliseconds, and remembered for a while. */
const STRETCH_MS = 10_000;
const KEPT_MS = 3_600_000;

/** What was delivered since then (epoch milliseconds), to the stretch, by system. */
export const deliveredSince = (at: number): Statement =>
  sql(
    `select w.system, sum(w.n) as n from (
        select d.system, d.n from delivered d where d.stretch >= cast(?1 as bigint) / ${STRETCH_MS}
        union all select m.system, m.n from exchange_move m where m.standing = 'delivered' and m.n > 0 and m.at >= cast(?1 as bigint)) w
      group by w.system`,
    at,
  );

/** Folds what was moved. Two at it at once take different moves. */
export const fold = (token: string): Statement[] => [
  sql('update exchange_move set folded_by = ?1 where folded_by is null', token),
  sql(
    `insert into exchange_count (system, operation, standing, cause, n, at)
     select m.system, m.operation, m.standing, m.cause, sum(m.n), max(m.at) from exchange_move m where m.folded_by = ?1
      group by m.system, m.operation, m.standing, m.cause
     on conflict (system, operation, standing, cause) do update set n = exchange_count.n + excluded.n,
        at = case when excluded.at > exchange_count.at then excluded.at else exchange_count.at end`,
    token,
  ),
  sql(
    `insert into delivered (system, stretch, n)
     select m.system, m.at / ${STRETCH_MS}, sum(m.n) from exchange_move m where m.folded_by = ?1 and m.standing = 'delivered' and m.n > 0
      group by m.system, m.at / ${STRETCH_MS}
     on conflict (system, stretch) do update set n = delivered.n + excluded.n`,
    token,
  ),
  sql('delete from exchange_move where folded_by = ?1', token),
  sql(`delete from delivered where stretch < ({at} - ${KEPT_MS}) / ${STRETCH_MS}`),
];

/** Whether there is anything to fold. */
export async function mayFold(engine: Pick<Engine, 'all'>): Promise<boolean> {
  return (await engine.all(sql('select 1 as one from exchange_move limit 1'))).length > 0;
}
