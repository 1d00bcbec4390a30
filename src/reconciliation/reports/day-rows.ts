import { type Statement, sql } from '../../store/engine.ts';
import { STANDS } from '../run-rows.ts';

/** Recorded money of a day by everything that a budget is kept by. Rows of one payment's items; a payment of several dues has several. */
export interface RecordedRow {
  readonly unit: string;
  readonly chapter: string | null;
  readonly sub_item: string | null;
  readonly procedure: string | null;
  readonly channel: string;
  readonly kind: string;
  readonly code: string;
  readonly count: number;
  readonly amount: number;
}

/** What the register of accounts says of the unit's account on that day. */
const REGISTERED = (column: 'chapter' | 'sub_item'): string =>
  `(select max(b.${column}) from beneficiary_account b where b.code = p.unit and b.account_number = p.account
     and b.valid_from <= ?1 and (b.valid_to is null or b.valid_to >= ?1))`;

export const recordedOf = (day: string): Statement =>
  sql(
    `select x.unit, x.chapter, x.sub_item, x.procedure, x.channel, x.kind, x.code, count(*) as count, sum(x.amount) as amount from (
       select p.unit, ${REGISTERED('chapter')} as chapter, ${REGISTERED('sub_item')} as sub_item,
              (select d.procedure from dossier d where d.code = p.dossier) as procedure, p.channel, i.kind, i.code, i.amount
         from payment_fact f join payment p on p.id = f.payment join payment_item i on i.payment = p.id
        where f.day = ?1 and f.kind = 'paid' and f.currency = 'VND' and ${STANDS}) x
      group by x.unit, x.chapter, x.sub_item, x.procedure, x.channel, x.kind, x.code
      order by x.unit, x.chapter, x.sub_item, x.procedure, x.channel, x.kind, x.code`,
    day,
  );

export interface RuleRow {
  readonly rule: string;
  readonly status: string;
  readonly pairs: number;
  readonly amount: number;
}
/** SQL: the line of tie `t`, which several payments may share, was not counted before. */
const LINE_ONCE = `not exists (select 1 from reconciliation_tie u where u.day = t.day and u.grp = t.grp and u.place < t.place
  and u.statement = t.statement and u.number = t.number)`;
export const rulesOf = (day: string): Statement =>
  sql(
    `select t.rule, t.status, count(distinct t.grp) as pairs, coalesce(sum(l.amount), 0) as amount from reconciliation_tie t
       left join statement_line l on l.statement = t.statement and l.number = t.number and ${LINE_ONCE}
      where t.day = ?1 group by t.rule, t.status order by t.status, t.rule`,
    day,
  );

/** What the bank's own entries of the day come to, and what others kept of payments. */
export const feesOf = (day: string): Statement =>
  sql(
    `select coalesce(sum(case when t.rule = 'bank-fee' then l.amount else 0 end), 0) as bank_fees,
            coalesce(sum(case when t.rule = 'bank-interest' then l.amount else 0 end), 0) as interest,
            coalesce(sum(l.fee), 0) as kept
       from reconciliation_tie t join statement_line l on l.statement = t.statement and l.number = t.number
      where t.day = ?1 and t.status <> 'proposed' and l.day = ?1 and ${LINE_ONCE}`,
    day,
  );

/** Breaks as they moved: known before the day, new on it, settled by now. */
export const movedBreaks = (run: string, day: string): Statement =>
  sql(
    `select coalesce(sum(case when b.day < ?2 then 1 else 0 end), 0) as carried, coalesce(sum(case when b.day = ?2 then 1 else 0 end), 0) as fresh,
            coalesce(sum(case when b.state in ('open', 'assigned') then 1 else 0 end), 0) as left_open
       from reconciliation_listed k join reconciliation_break b on b.id = k.brk where k.run = ?1`,
    run,
    day,
  );

/** One row a pair, for accounting software. */
export interface EntryRow {
  readonly day: string;
  readonly reference: string;
  readonly dossier: string;
  readonly unit: string;
  readonly chapter: string | null;
  readonly sub_item: string | null;
  readonly channel: string;
  readonly kind: string;
  readonly code: string;
  readonly amount: number;
  readonly account: string | null;
  readonly booked: string | null;
  readonly document: string | null;
  readonly rule: string | null;
}
export const entriesOf = (day: string): Statement =>
  sql(
    `select f.day, p.reference, p.dossier, p.unit, ${REGISTERED('chapter')} as chapter, ${REGISTERED('sub_item')} as sub_item, p.channel,
            i.kind, i.code, i.amount, p.account, l.day as booked, l.document, t.rule
       from payment_fact f join payment p on p.id = f.payment join payment_item i on i.payment = p.id
       left join reconciliation_tie t on t.fact = f.id and t.status <> 'proposed'
            and t.statement = (select min(u.statement) from reconciliation_tie u where u.fact = f.id and u.status <> 'proposed')
       left join statement_line l on l.statement = t.statement and l.number = t.number
      where f.day = ?1 and f.kind = 'paid' and f.currency = 'VND' and ${STANDS} order by p.reference, i.place, l.number`,
    day,
  );
