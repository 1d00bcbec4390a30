import { type DossierBreakKind, dossierBreakKind } from '../../../contracts/domain/reconciliation.ts';
import type { DossierStatus } from '../../../contracts/domain/status.ts';
import { PORTAL, STREAM, SYNC_DOSSIER } from '../../dossiers/statements.ts';
import { commands, type Statement, sql } from '../../store/engine.ts';
import { listWritten } from '../run-rows.ts';
import type { Verdict } from './verdict.ts';

/** Begins the name of whoever sends again what the portal lost. */
export const SENT_AGAIN_BY = 'check:';

/** A break of a dossier is of the dossier as a whole: one at a time. */
export const itemOf = (code: string): string => `dossier:${code}`;

const RUNNING = `join reconciliation_run r on r.id = ?2 and r.state = 'running'`;
const NOT_YET = `not exists (select 1 from dossier_check k where k.code = v.code and k.run = ?1)`;

/** How many dossiers are held, and how many of them have a turn. */
export const stock = (): Statement =>
  sql('select (select count(*) from dossier) as held, (select count(*) from dossier_check) as known');

export interface Changed {
  readonly code: string;
  readonly changed_at: number;
}
/** Dossiers in the order of their last change, from a time on. */
export const changedFrom = (after: Changed, limit: number): Statement =>
  sql(
    `select d.code, d.changed_at from dossier d where d.changed_at >= cast(?1 as bigint)
        and (d.changed_at > cast(?1 as bigint) or d.code > ?2) order by d.changed_at, d.code limit cast(?3 as bigint)`,
    ...[after.changed_at, after.code, limit],
  );
/** Gives a turn to those that have none: before all that were looked at, the newest first. */
export const giveTurns = (changed: readonly Changed[], token: string): Statement =>
  sql(
    `insert into dossier_check (code, turn, written_by)
     select v.value->>'code', 0 - cast(v.value->>'changed_at' as bigint), ?2 from json_each(?1) v where true on conflict (code) do nothing`,
    commands(changed.map(({ code, changed_at }) => ({ code, changed_at: Number(changed_at) }))),
    token,
  );

/** The riskiest: what does not agree, as far as is known. */
export const inDoubt = (run: string, after: string, limit: number): Statement =>
  sql(
    `select v.code from (
       select b.dossier as code from reconciliation_break b where b.side = 'portal' and b.state in ('open', 'assigned')
       union select s.key from stream s where s.system = '${PORTAL}' and s.standing in ('rejected', 'dead', 'parked', 'uncertain')) v
      where v.code > ?2 and ${NOT_YET} order by v.code limit cast(?3 as bigint)`,
    ...[run, after, limit],
  );
/** What changed in a stretch of time, the newest first. */
export const changedWithin = (
  run: string,
  within: { readonly from: number; readonly to: number },
  before: Changed,
  limit: number,
): Statement =>
  sql(
    `select v.code, v.changed_at from dossier v where v.changed_at >= cast(?2 as bigint) and v.changed_at < cast(?3 as bigint)
        and (v.changed_at < cast(?4 as bigint) or (v.changed_at = cast(?4 as bigint) and v.code < ?5)) and ${NOT_YET}
      order by v.changed_at desc, v.code desc limit cast(?6 as bigint)`,
    ...[run, within.from, within.to, before.changed_at, before.code, limit],
  );
/** Those whose turn it is: never looked at, then looked at longest ago. */
export const nextInTurn = (run: string, limit: number): Statement =>
  sql(
    `select c.code from dossier_check c where coalesce(c.run, '') <> ?1 order by c.turn, c.code limit cast(?2 as bigint)`,
    run,
    limit,
  );

export interface HeldRow {
  readonly code: string;
  readonly status: DossierStatus;
  readonly version: number;
  readonly changed_at: number;
  readonly standing: string | null;
  readonly waits_since: number | null;
}
/** Those of these that are to be shown nationally, as they are held now. */
export const heldOf = (codes: readonly string[]): Statement =>
  sql(
    `select d.code, d.status, d.version, d.changed_at, s.standing,
            (select min(x.accepted_at) from exchange x where x.stream = s.id and x.operation = '${SYNC_DOSSIER}' and x.version > s.sent_version
                and x.state <> 'cancelled') as waits_since
       from json_each(?1) v join dossier d on d.code = v.value->>'code' join stream s on s.id = ${STREAM} order by d.code`,
    commands(codes.map((code) => ({ code }))),
  );

export interface Check {
  readonly code: string;
  /** Of the dossier that was held against what they show. */
  readonly version: number;
  readonly verdict: Verdict;
  /** The stage that they showed, where they showed one. */
  readonly shown: DossierStatus | null;
}
/** What was found of some dossiers, while the run goes on. */
export const writeChecks = (checks: readonly Check[], run: string, at: number, token: string): Statement =>
  sql(
    `update dossier_check set run = w.of_run, version = w.of_version, verdict = w.found, shown = w.of_shown, turn = cast(?4 as bigint), checked_at = {at}, written_by = ?3
       from (select v.value->>'code' as of_code, cast(v.value->>'version' as bigint) as of_version, v.value->>'verdict' as found,
                    v.value->>'shown' as of_shown, r.id as of_run from json_each(?1) v ${RUNNING}) w
      where dossier_check.code = w.of_code`,
    commands(checks),
    ...[run, token, at],
  );
/** Those that nothing is held of nationally: they have had their turn all the same. */
export const passOver = (codes: readonly string[], run: string, at: number, token: string): Statement =>
  sql(
    `update dossier_check set run = ?2, verdict = null, turn = cast(?4 as bigint), written_by = ?3
      where code in (select v.value->>'code' from json_each(?1) v)`,
    commands(codes.map((code) => ({ code }))),
    ...[run, token, at],
  );

/** What agrees now, nobody has to settle any more. `only`: of what is merely known to be there, its being missing. */
export const clearAgreed = (
  codes: readonly string[],
  run: string,
  token: string,
  only: readonly DossierBreakKind[] = dossierBreakKind.options,
): Statement =>
  sql(
    `update reconciliation_break set state = 'cleared', last_run = ?2, changed_at = {at}, version = reconciliation_break.version + 1, written_by = ?3
      where item in (select v.value->>'item' from json_each(?1) v) and state in ('open', 'assigned')
        and kind in (${only.map((kind) => `'${kind}'`).join(', ')})
        and exists (select 1 from reconciliation_run r where r.id = ?2 and r.state = 'running')`,
    commands(codes.map((code) => ({ item: itemOf(code) }))),
    ...[run, token],
  );

/** What a run found that a send could mend, that was not sent again since it changed and has nothing on its way; a page of it, and how many there are. */
const MENDABLE = `from dossier_check c join dossier d on d.code = c.code and d.version = c.version
    join subject u on u.id = d.subject and u.salt is not null
    join stream s on s.id = ${STREAM} and s.standing in ('delivered', 'none') and s.doubt <> 'ask-first'
     and not exists (select 1 from exchange x where x.stream = s.id and x.state in ('pending', 'sending', 'retrying', 'uncertain'))
   where c.run = ?1 and c.verdict in ('missing-nationally', 'stage') and coalesce(c.healed_version, -1) <> c.version`;
export const countMendable = (run: string): Statement =>
  sql(
    `select (select count(*) ${MENDABLE}) as mendable,
            (select count(*) from dossier_check c where c.run = ?1 and c.verdict in ('agrees', 'unclear', 'missing-nationally', 'stage')) as compared`,
    run,
  );
export const mendable = (run: string, after: string, limit: number): Statement =>
  sql(
    `select c.code, c.version, c.verdict ${MENDABLE} and c.code > ?2 order by c.code limit cast(?3 as bigint)`,
    ...[run, after, limit],
  );
/** Stamps those that are sent again: only as they were judged. */
export const markHealed = (
  some: readonly { readonly code: string; readonly version: number }[],
  run: string,
  token: string,
): Statement =>
  sql(
    `update dossier_check set healed_version = version, healed_run = run, written_by = ?3
      where exists (select 1 from reconciliation_run r where r.id = ?2 and r.state = 'running') and run = ?2
        and coalesce(healed_version, -1) <> version
        and exists (select 1 from json_each(?1) v join dossier d on d.code = v.value->>'code' and d.version = cast(v.value->>'version' as bigint)
              where d.code = dossier_check.code and d.version = dossier_check.version)`,
    commands(some.map(({ code, version }) => ({ code, version: Number(version) }))),
    ...[run, token],
  );

export const countChecks = (run: string): Statement =>
  sql(
    `select c.verdict, count(*) as n, sum(case when c.healed_run = ?1 then 1 else 0 end) as healed from dossier_check c
      where c.run = ?1 and c.verdict is not null group by c.verdict`,
    run,
  );
export const checksOf = (run: string, after: string, limit: number): Statement =>
  sql(
    `select c.code, c.version, c.verdict, c.shown from dossier_check c where c.run = ?1 and c.verdict is not null and c.code > ?2
      order by c.code limit cast(?3 as bigint)`,
    ...[run, after, limit],
  );

export interface EndedChecks {
  readonly run: string;
  readonly counts: string;
  readonly agree: number;
  readonly digest: string;
}
/** What still stands is carried along; then the run has ended. */
export const endChecks = ({ run, counts, agree, digest }: EndedChecks, token: string): Statement[] => [
  sql(
    `update reconciliation_break set last_run = ?1, written_by = ?2
      where side = 'portal' and state in ('open', 'assigned') and last_run <> ?1
        and exists (select 1 from reconciliation_run r where r.id = ?1 and r.state = 'running')`,
    run,
    token,
  ),
  listWritten(run, token),
  sql(
    `update reconciliation_run set state = 'done', ended_at = {at}, checks = ?2, matched = cast(?3 as bigint), digest = ?4, written_by = ?5,
        breaks = (select count(*) from reconciliation_break b where b.side = 'portal' and b.state in ('open', 'assigned'))
      where id = ?1 and state = 'running'`,
    ...[run, counts, agree, digest, token],
  ),
  sql('select r.id from reconciliation_run r where r.id = ?1 and r.written_by = ?2', run, token),
];
/** When the last run about dossiers that came to its end was asked for, epoch milliseconds. */
export const lastEnded = (): Statement =>
  sql(`select max(r.asked_at) as at from reconciliation_run r where r.about = 'dossiers' and r.state = 'done'`);
