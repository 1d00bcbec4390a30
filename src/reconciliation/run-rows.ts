import type { RunAbout, RunState } from '../../contracts/domain/reconciliation.ts';
import { type Statement, sql } from '../store/engine.ts';
import type { OurPayment } from './matching/entry.ts';

export interface RunRow {
  readonly id: string;
  readonly about: RunAbout;
  readonly day: string;
  readonly state: RunState;
  readonly asked_by: string;
  readonly asked_at: number;
  readonly ended_at: number | null;
  readonly matched: number;
  readonly tolerated: number;
  readonly proposed: number;
  readonly breaks: number;
  readonly totals: string;
  readonly inputs: string;
  readonly digest: string | null;
  /** Of a run about dossiers: how they were found, as JSON. */
  readonly checks: string | null;
  /** How many dossiers it may send again. */
  readonly heals: 'few' | 'all';
  readonly problem: string | null;
}

const COLUMNS =
  'r.id, r.about, r.day, r.state, r.asked_by, r.asked_at, r.ended_at, r.matched, r.tolerated, r.proposed, r.breaks, r.totals, r.inputs, r.digest, r.checks, r.heals, r.problem';

export const runById = (id: string): Statement =>
  sql(`select ${COLUMNS} from reconciliation_run r where r.id = ?1`, id);
export const runsBefore = (
  before: string | null,
  day: string | null,
  about: RunAbout | null,
  limit: number,
): Statement =>
  sql(
    `select ${COLUMNS} from reconciliation_run r where (cast(?1 as text) is null or r.id < ?1) and (cast(?2 as text) is null or r.day = ?2)
        and (cast(?3 as text) is null or r.about = ?3) order by r.id desc limit cast(?4 as bigint)`,
    ...[before, day, about, limit],
  );
/** The one that is to be carried out next. */
export const nextRun = (about: RunAbout): Statement =>
  sql(
    `select ${COLUMNS} from reconciliation_run r where r.state = 'running' and r.about = ?1 order by r.asked_at, r.id limit 1`,
    about,
  );

/** SQL: lock `k` is of the month or the quarter of a day. */
export const OF_PERIOD = (day: string): string =>
  `(k.period = substr(${day}, 1, 7) or k.period = substr(${day}, 1, 4) || '-Q' || cast((cast(substr(${day}, 6, 2) as bigint) + 2) / 3 as text))`;
/** SQL: nobody has closed the day, or locked its month or quarter. */
export const DAY_OPEN = (day: string): string =>
  `not exists (select 1 from reconciliation_day d where d.day = ${day} and d.state in ('closed', 'approved'))
   and not exists (select 1 from reconciliation_lock k where ${OF_PERIOD(day)})`;

export const insertRun = (
  { id, day, about }: Pick<RunRow, 'id' | 'day' | 'about'>,
  actor: string,
  token: string,
): Statement =>
  sql(
    `insert into reconciliation_run (id, day, about, state, asked_by, asked_at, alive_at, written_by)
     select ?1, ?2, ?5, 'running', ?3, {at}, {now}, ?4 where ?5 = 'dossiers' or ${DAY_OPEN('?2')}`,
    ...[id, day, actor, token, about],
  );

/** Shows life, and says whether the run is to go on. */
export const aliveRun = (id: string, token: string): Statement[] => [
  sql(`update reconciliation_run set alive_at = {now}, written_by = ?2 where id = ?1 and state = 'running'`, id, token),
  sql('select r.id from reconciliation_run r where r.id = ?1 and r.written_by = ?2', id, token),
];

export const moveRun = (
  id: string,
  from: readonly RunState[],
  to: RunState,
  problem: string | null,
  token: string,
): Statement =>
  sql(
    `update reconciliation_run set state = ?2, problem = ?3, ended_at = case when ?2 = 'running' then null else {at} end, alive_at = {now}, written_by = ?4
      where id = ?1 and state in (${from.map((state) => `'${state}'`).join(', ')}) and (?2 <> 'running' or about = 'dossiers' or ${DAY_OPEN('reconciliation_run.day')})`,
    ...[id, to, problem, token],
  );

/** A run about dossiers that has ended goes on, to send again what it left. */
export const healAll = (id: string, token: string): Statement =>
  sql(
    `update reconciliation_run set state = 'running', heals = 'all', ended_at = null, alive_at = {now}, written_by = ?2
      where id = ?1 and about = 'dossiers' and state = 'done'`,
    id,
    token,
  );

export interface EndedRun {
  readonly id: string;
  readonly totals: string;
  readonly inputs: string;
  readonly digest: string;
}
/** Counts what stands for its day, and ends it. */
export const endRun = (ended: EndedRun, token: string): Statement =>
  sql(
    `update reconciliation_run set state = 'done', ended_at = {at}, totals = ?2, inputs = ?3, digest = ?4, written_by = ?5,
        matched = (select count(distinct t.grp) from reconciliation_tie t where t.day = reconciliation_run.day and t.status = 'matched'),
        tolerated = (select count(distinct t.grp) from reconciliation_tie t where t.day = reconciliation_run.day and t.status = 'tolerated'),
        proposed = (select count(distinct t.grp) from reconciliation_tie t where t.day = reconciliation_run.day and t.status = 'proposed'),
        breaks = (select count(*) from reconciliation_listed k join reconciliation_break b on b.id = k.brk
          where k.run = reconciliation_run.id and b.state in ('open', 'assigned'))
      where id = ?1 and state = 'running'`,
    ...[ended.id, ended.totals, ended.inputs, ended.digest, token],
  );

/** A run that begins anew has found nothing yet: what it put on its list before goes from there. */
export const unlist = (run: string, token: string): Statement[] => [
  sql('delete from reconciliation_listed where run = ?1', run),
  sql(`update reconciliation_break set last_run = '', written_by = ?2 where last_run = ?1`, run, token),
];

/** What an earlier run of the day tied goes, but what people decided; a part at a time. */
export const dropTies = (day: string, upTo: number): Statement[] => [
  sql(
    `delete from reconciliation_tie where day = ?1 and decided_by is null and grp in
       (select t.grp from reconciliation_tie t where t.day = ?1 and t.decided_by is null order by t.grp limit cast(?2 as bigint))`,
    ...[day, upTo],
  ),
  sql('select t.grp from reconciliation_tie t where t.day = ?1 and t.decided_by is null limit 1', day),
];

/** Lines that name a payment of ours, up to a day. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** SQL: nothing that was learned later takes the place of fact `f`. */
export const STANDS = `not exists (select 1 from payment_fact z where z.payment = f.payment and z.id <> f.id and z.replaces like '%' || f.id || '%')`;

const UNTIED_LINE = `not exists (select 1 from reconciliation_tie t where t.statement = l.statement and t.number = l.number and t.status <> 'proposed')`;
/** SQL: no line of the side has fact `f`. */
export const UNTIED_FACT = (side: string): string =>
  `not exists (select 1 from reconciliation_tie t join statement ts on ts.id = t.statement and ts.side = ${side} where t.fact = f.id and t.status <> 'proposed')`;

/**
 * One line and one fact that name one payment, of the same amount and account, where neither has another: what is plain
 * is tied where it lies, some lines of one file at a time. (`|| ''`: a payment is found by its reference, never by the
 * state that most of them have.)
 */
export const tieExact = (
  window: Window,
  part: { readonly statement: string; readonly from: number; readonly to: number },
): Statement =>
  sql(
    exactOf('l.statement = ?3 and l.number >= cast(?4 as bigint) and l.number <= cast(?5 as bigint)'),
    ...[window.from, window.to, part.statement, part.from, part.to],
  );
/** The same for these lines of one file alone: commands of `n`. */
export const tieExactOf = (window: Window, statement: string, numbers: string): Statement =>
  sql(
    exactOf(`l.statement = ?3 and l.number in (select cast(v.value->>'n' as bigint) from json_each(?4) v)`),
    ...[window.from, window.to, statement, numbers],
  );

const exactOf = (where: string): string =>
  `insert into reconciliation_tie (day, grp, place, rule, status, fact, payment, statement, number)
     select ?2, l.statement || ':' || l.number, 0, 'exact-reference', 'matched', f.id, p.id, l.statement, l.number
       from statement_line l join statement s on s.id = l.statement and s.state = 'taken'
       join payment p on p.reference = l.reference and p.state || '' = 'paid'
       join payment_fact f on f.payment = p.id and f.kind = 'paid' and f.amount = l.amount and f.currency = 'VND'
      where ${where} and l.day >= ?1 and l.day <= ?2 and f.day <= ?2 and l.repeats = 0
        and l.direction = 'credit' and l.reversal = 0 and l.currency = 'VND'
        and (s.side <> 'bank' or p.account is null or p.account = l.account)
        and (s.side = 'bank' or l.status is null or l.status in ('1', '00', '3', 'paid'))
        and ${UNTIED_LINE} and ${UNTIED_FACT('s.side')}
        and not exists (select 1 from payment_fact o where o.payment = p.id and o.id <> f.id and o.kind in ('paid', 'refunded', 'reversed', 'under-review'))
        and (${ALONE} or not exists (select 1 from statement_line o join statement os on os.id = o.statement and os.state = 'taken' and os.side = s.side
             where o.reference = l.reference and o.repeats = 0 and o.day <= ?2 and (o.statement <> l.statement or o.number <> l.number)))`;

/** SQL: no other line names it, whatever that counts for; the index alone says so of nearly all. */
const ALONE = `not exists (select 1 from statement_line y where y.reference = l.reference and (y.statement <> l.statement or y.number <> l.number))`;

/** Which of these lines of one file (commands of `n`) have their pair. */
export const tiedOf = (statement: string, numbers: string): Statement =>
  sql(
    `select distinct t.number from reconciliation_tie t
      where t.statement = ?1 and t.number in (select cast(v.value->>'n' as bigint) from json_each(?2) v) and t.status <> 'proposed'`,
    ...[statement, numbers],
  );

export interface StatementIn {
  readonly id: string;
  readonly side: string;
  readonly subject: string;
  readonly digest: string;
  readonly lines: number;
}
/** Files with entries of these days. */
export const statementsIn = ({ from, to }: Window): Statement =>
  sql(
    `select s.id, s.side, s.subject, s.digest, s.lines from statement s where s.state = 'taken' and exists (
       select 1 from statement_account a where a.statement = s.id and (a.from_day is null or a.from_day <= ?2) and (a.to_day is null or a.to_day >= ?1))
      order by s.id`,
    ...[from, to],
  );

export interface LineRow {
  readonly statement: string;
  readonly number: number;
  readonly account: string;
  readonly currency: string;
  readonly day: string;
  readonly time: string | null;
  readonly direction: 'credit' | 'debit';
  readonly amount: number | null;
  readonly other_amount: string | null;
  readonly fee: number | null;
  readonly document: string | null;
  readonly reference: string | null;
  readonly reversal: number;
  readonly status: string | null;
  readonly identity: string;
  readonly twin: number;
  /** When a file was taken last that has it, epoch milliseconds; 0 where that was not asked. */
  readonly told: number;
}
/** SQL: when a file was taken last that has entry `l`, as its own or again. */
const TOLD = `(select max(s.taken_at) from statement_line o join statement s on s.id = o.statement and s.state = 'taken'
   where o.identity = l.identity and o.twin = l.twin)`;
/** Entries of one file that nothing was found for, in their order. `told`: with when each was told last. */
export const untiedLines = (statement: string, window: Window, after: number, to: number, told: boolean): Statement =>
  sql(
    `select l.statement, l.number, l.account, l.currency, l.day, l.time, l.direction, l.amount, l.other_amount, l.fee, l.document, l.reference,
            l.reversal, l.status, l.identity, l.twin,
            ${told ? TOLD : '0'} as told
       from statement_line l where l.statement = ?1 and l.number > cast(?2 as bigint) and l.number <= cast(?3 as bigint)
        and l.day >= ?4 and l.day <= ?5 and l.repeats = 0 and ${UNTIED_LINE} order by l.number`,
    ...[statement, after, to, window.from, window.to],
  );

export interface BlockRow {
  readonly first: number;
  readonly narratives: string;
}
export const blocksOf = (statement: string, from: number, to: number): Statement =>
  sql(
    `select b.first, b.narratives from statement_block b where b.statement = ?1 and b.first <= cast(?3 as bigint) and b.last >= cast(?2 as bigint)
      order by b.first`,
    ...[statement, from, to],
  );

export interface FactOfPayment extends Omit<OurPayment, 'tied' | 'returned'> {
  readonly fact: string;
  readonly fact_amount: number;
  readonly day: string;
  /** Lines of any side that it has. */
  readonly ties: number;
}
/** Recorded money of these days that no line of the side has; a page of it. What most of it has is asked first. */
export const untiedFacts = (
  window: Window,
  side: string,
  channels: readonly string[] | null,
  after: string,
  limit: number,
): Statement =>
  sql(
    `select f.id as fact, f.amount as fact_amount, f.day, p.id as payment, p.reference, p.dossier, p.amount, p.account, p.channel, p.state,
            (select count(*) from reconciliation_tie t where t.fact = f.id and t.status <> 'proposed') as ties
       from payment_fact f join payment p on p.id = f.payment
      where f.day >= ?1 and f.day <= ?2 and f.kind = 'paid' and f.amount is not null and f.currency = 'VND' and f.id > ?4
        and ${UNTIED_FACT('?3')} and ${STANDS} ${side === 'tax' ? '' : `and p.channel <> 'land-tax'`}
        ${channels === null ? '' : `and p.channel in (${channels.map((name) => `'${name}'`).join(', ')})`}
      order by f.id limit cast(?5 as bigint)`,
    ...[window.from, window.to, side, after, limit],
  );

const NAMED = (side: string): string =>
  `p.id as payment, p.reference, p.dossier, p.amount, p.account, p.channel, p.state,
   case when p.channel = 'land-tax' then (select min(i.code) from payment_item i where i.payment = p.id) end as decision,
   (select count(*) from payment_fact f join reconciliation_tie t on t.fact = f.id and t.status <> 'proposed'
      join statement ts on ts.id = t.statement and ts.side = ${side} where f.payment = p.id) as tied,
   (select coalesce(sum(f.amount), 0) from payment_fact f where f.payment = p.id and f.kind in ('refunded', 'reversed')) as returned`;
export const paymentsNamed = (by: 'reference' | 'dossier', values: string, side: string): Statement =>
  sql(`select ${NAMED('?2')} from json_each(?1) v join payment p on p.${by} = v.value->>'is'`, values, side);
/** Whose reference begins so. */
export const paymentsCut = (cuts: string, side: string): Statement =>
  sql(
    `select ${NAMED('?2')} from json_each(?1) v join payment p on p.reference >= v.value->>'from' and p.reference < v.value->>'to'
      and p.amount = cast(v.value->>'amount' as bigint)`,
    cuts,
    side,
  );

export const insertTies = (ties: string, day: string, run: string): Statement =>
  sql(
    `insert into reconciliation_tie (day, grp, place, rule, status, why, fact, payment, statement, number)
     select ?2, v.value->>'grp', cast(v.value->>'place' as bigint), v.value->>'rule', v.value->>'status', v.value->>'why', v.value->>'fact',
            v.value->>'payment', v.value->>'statement', cast(v.value->>'number' as bigint)
       from json_each(?1) v join reconciliation_run r on r.id = ?3 and r.state = 'running'
      where not exists (select 1 from reconciliation_tie t where t.decided_by is not null and t.status <> 'proposed'
              and ((t.statement = v.value->>'statement' and t.number = cast(v.value->>'number' as bigint)) or t.fact = v.value->>'fact'))`,
    ...[ties, day, run],
  );

/** Breaks that a run found: one that is known keeps its life; one that had cleared is open again. */
export const upsertBreaks = (breaks: string, run: string, token: string): Statement =>
  sql(
    `insert into reconciliation_break (id, item, kind, side, day, ours, theirs, payment, fact, dossier, statement, number, why, candidates, state,
            first_run, last_run, opened_at, changed_at, version, written_by)
     select v.value->>'id', v.value->>'item', v.value->>'kind', v.value->>'side', v.value->>'day', cast(v.value->>'ours' as bigint),
            cast(v.value->>'theirs' as bigint), v.value->>'payment', v.value->>'fact', v.value->>'dossier', v.value->>'statement',
            cast(v.value->>'number' as bigint), v.value->>'why', v.value->>'candidates', v.value->>'state', r.id, r.id, {at}, {at}, 1, ?3
       from json_each(?1) v join reconciliation_run r on r.id = ?2 and r.state = 'running' where true
     on conflict (item) do update set kind = excluded.kind, side = excluded.side, ours = excluded.ours, theirs = excluded.theirs,
       payment = excluded.payment, fact = excluded.fact, dossier = excluded.dossier, why = excluded.why, candidates = excluded.candidates,
       last_run = excluded.last_run, written_by = excluded.written_by,
       state = case when reconciliation_break.state = 'cleared' then excluded.state else reconciliation_break.state end,
       changed_at = case when reconciliation_break.state = 'cleared' or reconciliation_break.kind <> excluded.kind then {at} else reconciliation_break.changed_at end,
       version = reconciliation_break.version
         + case when reconciliation_break.state = 'cleared' or reconciliation_break.kind <> excluded.kind then 1 else 0 end`,
    ...[breaks, run, token],
  );

/** What this batch wrote of these breaks stands on the list of the run, whatever later runs find. */
export const listItems = (breaks: string, run: string, token: string): Statement =>
  sql(
    `insert into reconciliation_listed (run, brk, written_by) select ?2, b.id, ?3 from json_each(?1) v
       join reconciliation_break b on b.item = v.value->>'item' and b.written_by = ?3 where true on conflict (run, brk) do nothing`,
    ...[breaks, run, token],
  );
/** The same of whatever it wrote: once a run, for it reads all that the run has. */
export const listWritten = (run: string, token: string): Statement =>
  sql(
    `insert into reconciliation_listed (run, brk, written_by) select ?1, b.id, ?2 from reconciliation_break b where b.last_run = ?1 and b.written_by = ?2
     on conflict (run, brk) do nothing`,
    run,
    token,
  );

/** What is older than a run looks back, and what was open at the start, stays on the list as it is, until a person settles it. */
export const carryOlder = (window: Window, run: string, token: string): Statement =>
  sql(
    `update reconciliation_break set last_run = ?2, written_by = ?3
      where (day < ?1 or item like 'opening:%') and side <> 'portal' and state in ('open', 'assigned') and exists (select 1 from reconciliation_run r where r.id = ?2 and r.state = 'running')`,
    ...[window.from, run, token],
  );

/** What this run did not find any more agrees now. */
export const clearBreaks = (window: Window, run: string, token: string): Statement =>
  sql(
    `update reconciliation_break set state = 'cleared', last_run = ?3, changed_at = {at}, version = reconciliation_break.version + 1, written_by = ?4
      where day >= ?1 and day <= ?2 and side <> 'portal' and item not like 'opening:%' and state in ('open', 'assigned') and last_run <> ?3
        and exists (select 1 from reconciliation_run r where r.id = ?3 and r.state = 'running')`,
    ...[window.from, window.to, run, token],
  );

/** Count and sum of each side on one day. */
export const totalsOf = (day: string): Statement =>
  sql(
    `select 'recorded' as side, count(*) as n, coalesce(sum(f.amount), 0) as amount from payment_fact f join payment p on p.id = f.payment
      where f.day = ?1 and f.kind = 'paid' and f.currency = 'VND' and ${STANDS}
     union all
     select case s.side when 'tax' then 'treasury' else s.side end, count(*), coalesce(sum(l.amount), 0) from statement_line l join statement s on s.id = l.statement and s.state = 'taken'
      where s.id in (select a.statement from statement_account a where (a.from_day is null or a.from_day <= ?1) and (a.to_day is null or a.to_day >= ?1))
        and l.day = ?1 and l.repeats = 0 and l.direction = 'credit' and l.currency = 'VND'
        and (s.side <> 'bank' or exists (select 1 from beneficiary_account b where b.account_number = l.account)
             or exists (select 1 from payment q where q.account = l.account))
        and (s.side <> 'platform' or not exists (select 1 from reconciliation_tie t where t.statement = l.statement and t.number = l.number and t.rule = 'later-round'))
      group by s.side
     union all
     select 'tax', count(*), coalesce(sum(f.amount), 0) from payment_fact f join payment p on p.id = f.payment and p.channel = 'land-tax'
      where f.day = ?1 and f.kind = 'paid' and ${STANDS}
     union all
     select 'due', count(*), coalesce(sum(i.amount), 0) from payment_item i where i.payment in (
       select g.payment from payment_fact g where g.day = ?1 and g.kind = 'paid')`,
    day,
  );

/** `limit` counts groups, which are told whole: all pairs of one agree by the same rule. */
export const tiesOfDay = (day: string, rule: string | null, after: string, limit: number): Statement =>
  sql(
    `select t.grp, t.place, t.rule, t.status, t.why, t.fact, t.payment, t.statement, t.number, t.decided_by, l.document, l.day as line_day
       from reconciliation_tie t left join statement_line l on l.statement = t.statement and l.number = t.number
      where t.day = ?1 and t.grp in (select distinct u.grp from reconciliation_tie u where u.day = ?1 and u.grp > ?2
              and (cast(?4 as text) is null or u.rule = ?4) order by u.grp limit cast(?3 as bigint))
      order by t.grp, t.place`,
    ...[day, after, limit, rule],
  );

/** What the digest of a run is made of, behind a place of a group. */
export const tiesToDigest = (day: string, after: { readonly grp: string; readonly place: number }, limit: number) =>
  sql(
    `select t.grp, t.place, t.rule, t.status, t.fact, t.statement, t.number from reconciliation_tie t
      where t.day = ?1 and (t.grp, t.place) > (?2, cast(?3 as bigint)) order by t.grp, t.place limit cast(?4 as bigint)`,
    ...[day, after.grp, after.place, limit],
  );

export interface TieRow {
  readonly grp: string;
  readonly place: number;
  readonly rule: string;
  readonly status: 'matched' | 'tolerated' | 'proposed';
  readonly why: string | null;
  readonly fact: string | null;
  readonly payment: string | null;
  readonly statement: string | null;
  readonly number: number | null;
  readonly decided_by: string | null;
  readonly document: string | null;
  readonly line_day: string | null;
}
