import type { DayState } from '../../contracts/domain/reconciliation.ts';
import { approvedNow, askedNow } from '../access/four-eyes.ts';
import { type Statement, sql } from '../store/engine.ts';
import { OF_PERIOD } from './run-rows.ts';

export interface DayRow {
  readonly day: string;
  readonly state: DayState;
  /** How often it was closed: each closing is an act of its own. */
  readonly n: number;
  readonly run: string;
  readonly digest: string;
  readonly closed_by: string;
  readonly closed_at: number;
  readonly approved_by: string | null;
  readonly approved_at: number | null;
  readonly reason: string | null;
  readonly version: number;
}

const COLUMNS =
  'd.day, d.state, d.n, d.run, d.digest, d.closed_by, d.closed_at, d.approved_by, d.approved_at, d.reason, d.version';
export const dayRow = (day: string): Statement =>
  sql(`select ${COLUMNS} from reconciliation_day d where d.day = ?1`, day);
export const daysBetween = (from: string, to: string): Statement =>
  sql(`select ${COLUMNS} from reconciliation_day d where d.day >= ?1 and d.day <= ?2 order by d.day`, from, to);

/** The run that a day would be closed by, and what speaks against it. */
export interface ToClose {
  readonly run: string;
  readonly digest: string;
  /** Runs of the day that are under way. */
  readonly running: number;
  /** Runs that began anew after it and came to no end: what it tied is gone. */
  readonly broken: number;
  /** Files with entries of the day that were taken in after the run had looked. */
  readonly newer: number;
}
export const lastRunOf = (day: string): Statement =>
  sql(
    `select r.id as run, r.digest,
            (select count(*) from reconciliation_run o where o.day = ?1 and o.about = 'money' and o.state = 'running') as running,
            (select count(*) from reconciliation_run o where o.day = ?1 and o.about = 'money' and o.state in ('stopped', 'failed') and o.ended_at >= r.ended_at) as broken,
            (select count(*) from statement s where s.state = 'taken' and s.fresh > 0 and s.taken_at > r.asked_at and exists (
               select 1 from statement_account a where a.statement = s.id and (a.from_day is null or a.from_day <= ?1) and (a.to_day is null or a.to_day >= ?1))) as newer
       from reconciliation_run r where r.day = ?1 and r.about = 'money' and r.state = 'done' order by r.ended_at desc, r.id desc limit 1`,
    day,
  );

/** Everything that is recorded of a day, by which it is known later what was not. */
export const factsOf = (day: string): Statement =>
  sql('select f.id as fact from payment_fact f where f.day = ?1 order by f.id', day);
/** Of a day that this batch closed. */
export const signFacts = (facts: string, day: string, token: string): Statement =>
  sql(
    `insert into reconciliation_signed_fact (day, n, fact, written_by)
     select d.day, d.n, v.value->>'fact', ?3 from json_each(?1) v join reconciliation_day d on d.day = ?2 and d.written_by = ?3`,
    ...[facts, day, token],
  );

/** What a day's report is made of, counted: where it moved on since it was drawn up, the day is not closed by it. */
export interface DayMark {
  readonly breaks: number;
  readonly ties: number;
  readonly facts: number;
}
const MARKS = (day: string, run: string) =>
  ({
    breaks: `(select coalesce(sum(b.version), 0) from reconciliation_listed k join reconciliation_break b on b.id = k.brk where k.run = '${run}')`,
    ties: `(select count(*) from reconciliation_tie t where t.day = '${day}')`,
    facts: `(select count(*) from payment_fact f where f.day = '${day}')`,
  }) as const;
/** Day and run are the gateway's own texts, or checked ones. */
export function markOf(day: string, run: string): Statement {
  const { breaks, ties, facts } = MARKS(day, run);
  return sql(`select ${breaks} as breaks, ${ties} as ties, ${facts} as facts`);
}
/** SQL: nothing of it moved. */
export function unmoved(day: string, run: string, mark: DayMark): string {
  const { breaks, ties, facts } = MARKS(day, run);
  return `${breaks} = ${Number(mark.breaks)} and ${ties} = ${Number(mark.ties)} and ${facts} = ${Number(mark.facts)}`;
}

export const closeDay = (
  closing: {
    readonly day: string;
    readonly n: number;
    readonly run: string;
    readonly digest: string;
    readonly actor: string;
  },
  still: string,
  token: string,
): Statement =>
  sql(
    `insert into reconciliation_day (day, state, n, run, digest, closed_by, closed_at, version, written_by)
     select ?1, 'closed', cast(?2 as bigint), ?3, ?4, ?5, {at}, 1, ?6
      where ${askedNow('day-close', `?1 || ':' || cast(?2 as bigint)`, '?6')}
        and not exists (select 1 from reconciliation_run o where o.day = ?1 and o.about = 'money' and o.state = 'running')
        and ${still} and not exists (select 1 from reconciliation_lock k where ${OF_PERIOD('?1')})
     on conflict (day) do update set state = 'closed', n = excluded.n, run = excluded.run, digest = excluded.digest, closed_by = excluded.closed_by,
       closed_at = excluded.closed_at, approved_by = null, approved_at = null, reason = null, version = reconciliation_day.version + 1, written_by = excluded.written_by
      where reconciliation_day.state = 'open'`,
    ...[closing.day, closing.n, closing.run, closing.digest, closing.actor, token],
  );

export const approveDay = (day: string, n: number, actor: string, token: string): Statement =>
  sql(
    `update reconciliation_day set state = 'approved', approved_by = ?3, approved_at = {at}, version = reconciliation_day.version + 1, written_by = ?4
      where day = ?1 and n = cast(?2 as bigint) and state = 'closed' and ${approvedNow('day-close', `?1 || ':' || cast(?2 as bigint)`, '?4')}`,
    ...[day, n, actor, token],
  );

export const reopenDay = (day: string, version: number, reason: string, token: string): Statement =>
  sql(
    `update reconciliation_day set state = 'open', reason = ?3, version = reconciliation_day.version + 1, written_by = ?4
      where day = ?1 and version = cast(?2 as bigint) and state in ('closed', 'approved')
        and not exists (select 1 from reconciliation_lock k where ${OF_PERIOD('?1')})`,
    ...[day, version, reason, token],
  );

/** Days with recorded money or entries that nobody has approved: a period is locked without any. */
const unapproved = (from: string, to: string): string =>
  `from (select distinct f.day from payment_fact f where f.day >= ${from} and f.day <= ${to} and f.kind = 'paid'
       union select distinct r.day from reconciliation_run r where r.about = 'money' and r.day >= ${from} and r.day <= ${to}) x
      where not exists (select 1 from reconciliation_day d where d.day = x.day and d.state = 'approved')`;
export const unapprovedDays = (from: string, to: string): Statement =>
  sql(`select x.day ${unapproved('?1', '?2')} order by x.day limit 40`, from, to);
export const lockPeriod = (period: string, from: string, to: string, actor: string, token: string): Statement =>
  sql(
    `insert into reconciliation_lock (period, locked_by, locked_at, written_by) select ?3, ?4, {at}, ?5
      where not exists (select 1 ${unapproved('?1', '?2')}) on conflict (period) do nothing`,
    ...[from, to, period, actor, token],
  );
export const lockOf = (period: string): Statement =>
  sql('select k.period, k.locked_by, k.locked_at from reconciliation_lock k where k.period = ?1', period);
