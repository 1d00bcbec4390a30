import { commands, type Statement, sql } from '../../store/engine.ts';
import { type Judged, lockJudged, stillJudged } from '../judged.ts';

/** One question that is asked on a schedule until it is answered for good, or its end comes. */
export interface WatchOpening {
  readonly system: string;
  readonly query: string;
  /** What is asked about: their reference. It stands in clear, so it names no person. */
  readonly ref: string;
  /** The act whose answer it brings. */
  readonly exchange: string | null;
  /** Waits between questions, milliseconds, in order; the last repeats. The first is the wait before the first question. */
  readonly scheduleMs: readonly number[];
  /** After so many milliseconds a person is told. */
  readonly forMs: number;
}
export interface WatchName {
  readonly system: string;
  readonly query: string;
  readonly ref: string;
}
/** There is one watch of a reference for each act: opening it again begins its schedule and its time anew. */
const watchId = ({ system, query, ref, exchange }: WatchName & { readonly exchange: string | null }): string =>
  `${system}/${query}:${ref}${exchange === null ? '' : `/${exchange}`}`;

/** The row of a batch whose stamp a statement depends on. */
export interface Stamped {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** For the commit of whoever opens them: each counts only where its row carries the token. */
export function openWatches(
  watches: readonly (WatchOpening & { readonly only: Stamped })[],
  token: string,
): Statement[] {
  return byTable(watches, ({ only }) => only).map(([{ table, column }, items]) =>
    sql(
      `insert into watch (id, system, query, ref, exchange, schedule, opened_at, due_at, ends_at, written_by)
       select v.value->>'id', v.value->>'system', v.value->>'query', v.value->>'ref', v.value->>'exchange', v.value->>'schedule', {now},
              {now} + cast(v.value->>'firstMs' as bigint), {now} + cast(v.value->>'forMs' as bigint), ?2
         from json_each(?1) v join ${table} g on g.${column} = v.value->>'row' and g.written_by = ?2 where true
       on conflict (id) do update set schedule = excluded.schedule, asked = 0, unheard = 0, warned_at = null,
          opened_at = excluded.opened_at, due_at = excluded.due_at, ends_at = excluded.ends_at, ended_at = null, outcome = null,
          owner = null, lease_until = 0, written_by = excluded.written_by`,
      commands(
        items.map(({ only, scheduleMs, ...watch }) => ({
          ...watch,
          id: watchId(watch),
          schedule: JSON.stringify(scheduleMs),
          firstMs: scheduleMs[0] ?? 0,
          row: only.row,
        })),
      ),
      token,
    ),
  );
}

/** For the commit of whoever learned that a reference may be answered now: asked in `inMs`, unless it is asked sooner anyway. */
export function askSoon(watch: WatchName, inMs: number, only: Stamped, token: string): Statement {
  return sql(
    `update watch set due_at = case when due_at < {now} + cast(?3 as bigint) then due_at else {now} + cast(?3 as bigint) end
      where system = ?1 and query = ?5 and ref = ?6 and due_at is not null
        and exists (select 1 from ${only.table} g where g.${only.column} = ?4 and g.written_by = ?2)`,
    ...[watch.system, token, inMs, only.row, watch.query, watch.ref],
  );
}

/**
 * For the commit of whoever learned the answer in another way. It ends every watch of the reference: write the answer for
 * every act that waits for it.
 */
export function closeWatch(watch: WatchName, only: Stamped, token: string): Statement {
  return sql(
    `delete from watch where system = ?1 and query = ?4 and ref = ?5
        and exists (select 1 from ${only.table} g where g.${only.column} = ?3 and g.written_by = ?2)`,
    ...[watch.system, token, only.row, watch.query, watch.ref],
  );
}

export interface WatchRow {
  readonly id: string;
  readonly ref: string;
  readonly exchange: string | null;
  readonly schedule: string;
  readonly asked: number;
  readonly opened_at: number;
  /** Tries in a row that no word of theirs came of. */
  readonly unheard: number;
  /** 1: its time is over when this question is answered. */
  readonly last: number;
  /** 1: a person was told that its time was over without a word. */
  readonly warned: number;
  /** Of the act whose answer it brings. */
  readonly operation: string | null;
  readonly key: string | null;
}

/** Takes what is due of one query, the longest due first. What another process holds is left alone until its lease ends. */
export function claimWatches(input: {
  readonly system: string;
  readonly query: string;
  readonly owner: string;
  readonly leaseMs: number;
  readonly limit: number;
  readonly token: string;
}): Statement[] {
  return [
    sql(
      `with due as materialized (select s.id from watch s where s.system = ?3 and s.query = ?4 and s.due_at is not null and s.due_at <= {now}
              and (s.owner is null or s.lease_until < {now}) order by s.due_at limit cast(?5 as bigint) {skipLocked})
       update watch set owner = ?1, lease_until = {now} + cast(?6 as bigint), written_by = ?2 from due where watch.id = due.id`,
      ...[input.owner, input.token, input.system, input.query, input.limit, input.leaseMs],
    ),
    sql(
      `select w.id, w.ref, w.exchange, w.schedule, w.asked, w.unheard, w.opened_at, case when w.ends_at <= {now} then 1 else 0 end as last,
              case when w.warned_at is null then 0 else 1 end as warned, x.operation, s.key
         from watch w left join exchange x on x.id = w.exchange left join stream s on s.id = x.stream where w.owner = ?1 and w.written_by = ?2 and w.system = ?3 and w.query = ?4 and w.due_at is not null and w.due_at <= {now} order by w.due_at`,
      ...[input.owner, input.token, input.system, input.query],
    ),
  ];
}

/** When the next of one query that nobody holds falls due (epoch ms); no row where there is none. */
export const nextWatch = (system: string, query: string): Statement =>
  sql(
    `select w.due_at, {now} as now from watch w where w.system = ?1 and w.query = ?2 and w.due_at is not null
        and (w.owner is null or w.lease_until < {now}) order by w.due_at limit 1`,
    system,
    query,
  );

/** What becomes of a watch that was asked. */
export interface WatchMove {
  readonly id: string;
  /** `on`: asked again in `inMs`. `closed`: answered for good. `ended`: its time is over without that. */
  readonly to: 'on' | 'closed' | 'ended';
  readonly inMs: number;
  readonly outcome: string;
  /** They gave a word; or none came. */
  readonly heard: boolean;
  /** A person is told now that its time is over, while it is still being asked. */
  readonly warns: boolean;
  /** Asked for so many milliseconds more, from now; null leaves its end. */
  readonly prolongedMs: number | null;
}

/** First of a commit: those that are still ours carry its token, and what a room writes depends on that. */
export const stampWatches = (ids: readonly string[], owner: string, token: string): Statement =>
  sql(
    `update watch set written_by = ?2 from json_each(?1) v where watch.id = v.value->>'id' and watch.owner = ?3`,
    commands(ids.map((id) => ({ id }))),
    token,
    owner,
  );

/** The same of one that was judged by what was read: where that moved on, it stays taken and is asked again. */
export function stampJudged(id: string, owner: string, judgedBy: readonly Judged[], token: string): Statement[] {
  const still = stillJudged(judgedBy, 3);
  return [
    ...lockJudged(judgedBy),
    sql(
      `update watch set written_by = ?2 where watch.id = ?1 and watch.owner = ?3${still.sql}`,
      ...[id, token, owner, ...still.params],
    ),
  ];
}

/** Last of that commit: lets them go. */
export function moveWatches(moves: readonly WatchMove[], token: string): Statement[] {
  const json = commands(moves.map((move) => ({ ...move, heard: move.heard ? 1 : 0, warns: move.warns ? 1 : 0 })));
  return [
    sql(
      `update watch set owner = null, lease_until = 0, asked = asked + cast(v.value->>'heard' as bigint), outcome = v.value->>'outcome',
          ends_at = case when v.value->>'prolongedMs' is null then ends_at else {now} + cast(v.value->>'prolongedMs' as bigint) end,
          unheard = case when cast(v.value->>'heard' as bigint) = 1 then 0 else unheard + 1 end,
          warned_at = case when cast(v.value->>'warns' as bigint) = 1 then {at} else warned_at end,
          due_at = case when v.value->>'to' = 'on' then {now} + cast(v.value->>'inMs' as bigint) else null end,
          ended_at = case when v.value->>'to' = 'ended' then {at} else null end
         from json_each(?1) v where watch.id = v.value->>'id' and watch.written_by = ?2`,
      json,
      token,
    ),
    sql(
      `delete from watch where written_by = ?2 and id in (select v.value->>'id' from json_each(?1) v where v.value->>'to' = 'closed')`,
      json,
      token,
    ),
  ];
}

/** Watches of processes before this one, on a store that has one process. */
export const releaseWatches = (owner: string): Statement =>
  sql('update watch set owner = null, lease_until = 0 where owner is not null and owner <> ?1', owner);

function byTable<Item>(items: readonly Item[], only: (item: Item) => Stamped): [Stamped, readonly Item[]][] {
  return [...Map.groupBy(items, (item) => `${only(item).table}.${only(item).column}`).values()].map((group) => [
    only(group[0] as Item),
    group,
  ]);
}
