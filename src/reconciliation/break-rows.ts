import type { BreakKind, BreakState } from '../../contracts/domain/reconciliation.ts';
import { STREAM } from '../dossiers/statements.ts';
import { commands, type Statement, sql } from '../store/engine.ts';
import type { Side } from './matching/entry.ts';
import { DAY_OPEN } from './run-rows.ts';

export interface BreakRow {
  readonly id: string;
  readonly item: string;
  readonly kind: BreakKind;
  readonly side: Side | 'recorded' | 'portal';
  readonly day: string;
  readonly ours: number;
  readonly theirs: number;
  readonly payment: string | null;
  readonly fact: string | null;
  readonly dossier: string | null;
  readonly statement: string | null;
  readonly number: number | null;
  readonly why: string;
  readonly candidates: string;
  readonly state: BreakState;
  readonly assignee: string | null;
  readonly reason: string | null;
  readonly acted_by: string | null;
  readonly last_run: string;
  readonly version: number;
  readonly document: string | null;
  readonly line_day: string | null;
  /** Of a dossier the newest with the portal, of a payment the act that opened it. */
  readonly exchange: string | null;
  /** The day of the run that found it last. */
  readonly run_day: string;
}

const COLUMNS = `b.id, b.item, b.kind, b.side, b.day, b.ours, b.theirs, b.payment, b.fact, b.dossier, b.statement, b.number, b.why, b.candidates,
    b.state, b.assignee, b.reason, b.acted_by, b.last_run, b.version, l.document, l.day as line_day, coalesce(r.day, b.day) as run_day,
    case when b.side = 'portal' then (select x.id from dossier d join exchange x on x.stream = ${STREAM} where d.code = b.dossier order by x.seq desc limit 1)
         else (select p.exchange from payment p where p.id = b.payment) end as exchange`;
const LINE = `left join statement_line l on l.statement = b.statement and l.number = b.number`;

/** As its last run saw it. */
export const breakById = (id: string): Statement =>
  sql(
    `select ${COLUMNS} from reconciliation_break b left join reconciliation_run r on r.id = b.last_run ${LINE} where b.id = ?1`,
    id,
  );
/** The list of a run: what it found, took along, or saw cleared. */
export const breaksOfRun = (
  run: string,
  only: { readonly state: string | null; readonly kind: string | null },
  after: string,
  limit: number,
): Statement =>
  sql(
    `select ${COLUMNS} from reconciliation_listed k join reconciliation_break b on b.id = k.brk left join reconciliation_run r on r.id = k.run ${LINE}
      where k.run = ?1 and (cast(?2 as text) is null or b.state = ?2) and (cast(?5 as text) is null or b.kind = ?5)
        and k.brk > ?3 order by k.brk limit cast(?4 as bigint)`,
    ...[run, only.state, after, limit, only.kind],
  );

/** What a person accepts: every one of these payments' money is what the line moved. */
export interface AcceptedPair {
  readonly statement: string;
  readonly number: number;
  /** Of the line. */
  readonly side: string;
  readonly rule: string;
  readonly facts: readonly { readonly fact: string; readonly payment: string }[];
}

const FREE_LINE = `not exists (select 1 from reconciliation_tie t where t.statement = ?9 and t.number = cast(?10 as bigint) and t.status <> 'proposed')`;
const FREE_FACTS = `not exists (select 1 from json_each(?8) v join reconciliation_tie t on t.fact = v.value->>'fact' and t.status <> 'proposed'
  join statement ts on ts.id = t.statement and ts.side = ?11)`;
/** A run under way has what is free in its memory. */
const NO_RUN = `not exists (select 1 from reconciliation_run r where r.state = 'running' and r.about = 'money')`;

/** What a person does about it, over the version that he saw; where he accepts a pair, as long as both sides are free. */
export const actOnBreak = (
  act: {
    readonly id: string;
    readonly version: number;
    readonly to: BreakState;
    readonly assignee: string | null;
    readonly reason: string;
    readonly actor: string;
    /** Where the pair counts. */
    readonly day: string;
  },
  pair: AcceptedPair | undefined,
  token: string,
): Statement =>
  sql(
    `update reconciliation_break set state = ?3, assignee = coalesce(?4, assignee), reason = ?5, acted_by = ?6, changed_at = {at},
        version = reconciliation_break.version + 1, written_by = ?7
      where id = ?1 and version = cast(?2 as bigint) and state in ('open', 'assigned', 'explained', 'corrected')
        ${pair === undefined ? '' : `and ${FREE_LINE} and ${FREE_FACTS} and ${NO_RUN} and ${DAY_OPEN('?12')}`}`,
    ...[act.id, act.version, act.to, act.assignee, act.reason, act.actor, token],
    ...(pair === undefined ? [] : [commands(pair.facts), pair.statement, pair.number, pair.side, act.day]),
  );

/** The pair that a person accepted: no later run takes it apart. */
export const tieAccepted = (
  breakId: string,
  day: string,
  pair: AcceptedPair,
  actor: string,
  token: string,
): Statement =>
  sql(
    `insert into reconciliation_tie (day, grp, place, rule, status, why, fact, payment, statement, number, decided_by)
     select ?3, ?4 || ':' || cast(?5 as bigint), cast(v.value->>'place' as bigint), ?6, 'matched', 'accepted by a person', v.value->>'fact',
            v.value->>'payment', ?4, cast(?5 as bigint), ?7
       from json_each(?1) v join reconciliation_break b on b.id = ?2 and b.written_by = ?8`,
    commands(pair.facts.map((each, place) => ({ ...each, place }))),
    ...[breakId, day, pair.statement, pair.number, pair.rule, actor, token],
  );

/** What is proposed of the line or the money is decided now, and their other breaks are settled with it. */
export const settleWith = (breakId: string, pair: AcceptedPair, actor: string, token: string): Statement[] => [
  sql(
    `delete from reconciliation_tie where status = 'proposed'
      and ((statement = ?3 and number = cast(?4 as bigint)) or fact in (select v.value->>'fact' from json_each(?1) v))
      and exists (select 1 from reconciliation_break b where b.id = ?2 and b.written_by = ?5)`,
    ...[commands(pair.facts), breakId, pair.statement, pair.number, token],
  ),
  sql(
    `update reconciliation_break set state = 'accepted', acted_by = ?5, changed_at = {at}, version = reconciliation_break.version + 1, written_by = ?6
      where id <> ?2 and state in ('open', 'assigned', 'explained', 'corrected')
        and (item = 'line:' || ?3 || ':' || cast(?4 as bigint) or item in (select 'fact:' || (v.value->>'fact') from json_each(?1) v))
        and exists (select 1 from reconciliation_break b where b.id = ?2 and b.written_by = ?6)`,
    ...[commands(pair.facts), breakId, pair.statement, pair.number, actor, token],
  ),
];

/** Side and whole đồng of a line. */
export const lineOf = (statement: string, number: number): Statement =>
  sql(
    `select s.side, l.amount from statement_line l join statement s on s.id = l.statement
      where l.statement = ?1 and l.number = cast(?2 as bigint)`,
    statement,
    number,
  );

/** The recorded money of a payment that no line of the side has. */
export const freeFacts = (payment: string, side: string): Statement =>
  sql(
    `select f.id, f.amount from payment_fact f where f.payment = ?1 and f.kind = 'paid'
      and not exists (select 1 from reconciliation_tie t join statement ts on ts.id = t.statement and ts.side = ?2 where t.fact = f.id and t.status <> 'proposed') order by f.day, f.id`,
    payment,
    side,
  );
