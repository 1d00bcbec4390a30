import { type Statement, sql } from '../store/engine.ts';
import type { OurPayment } from './matching/entry.ts';
import { OF_PERIOD, STANDS, UNTIED_FACT, type Window } from './run-rows.ts';

export interface OddPayment extends OurPayment {
  readonly surplus: number;
  readonly fee_differs: number;
  readonly cancelled: string;
  readonly expired: string;
  readonly day: string;
}
/** Payments whose own standing is a break of its day, whatever line they have. */
export const oddPayments = (window: Window): Statement =>
  sql(
    `select distinct p.id as payment, p.reference, p.dossier, p.amount, p.account, p.channel, p.state, p.surplus, p.fee_differs, p.cancelled, p.expired,
            (select max(f.day) from payment_fact f where f.payment = p.id and f.kind = 'paid') as day
       from payment_fact g join payment p on p.id = g.payment
      where g.day >= ?1 and g.day <= ?2 and g.kind = 'paid' and (p.surplus > 0 or p.fee_differs = 1 or p.cancelled <> 'no' or p.expired <> 'no')
      order by p.id`,
    ...[window.from, window.to],
  );

export interface OddFact {
  readonly fact: string;
  readonly payment: string;
  readonly dossier: string;
  readonly amount: number;
  readonly day: string;
}
export interface LateTie extends OddFact {
  readonly booked: string;
  readonly statement: string;
  readonly number: number;
  readonly side: 'bank' | 'orders' | 'platform' | 'tax';
}
/** Pairs whose line was booked on a later day than the money was recorded. A line that many share is late by its rule. */
export const lateTies = (day: string): Statement =>
  sql(
    `select f.id as fact, f.payment, (select p.dossier from payment p where p.id = f.payment) as dossier, f.amount, f.day, l.day as booked,
            t.statement, t.number, (select s.side from statement s where s.id = t.statement) as side
       from reconciliation_tie t join payment_fact f on f.id = t.fact join statement_line l on l.statement = t.statement and l.number = t.number
      where t.day = ?1 and t.status <> 'proposed' and l.day > f.day
        and not exists (select 1 from reconciliation_tie u where u.day = t.day and u.grp = t.grp and u.place <> t.place
              and u.statement = t.statement and u.number = t.number and u.fact is not null)
      order by f.id`,
    day,
  );

/**
 * Money of closed days and locked months that is not among what they were closed with: no day's report has it. Of days of
 * the window, and of any other where it was recorded from some fact on.
 */
export const afterClosing = (window: Window, recordedSince: string): Statement =>
  sql(
    `select f.id as fact, p.id as payment, p.dossier, f.amount, f.day from payment_fact f join payment p on p.id = f.payment
       left join reconciliation_day d on d.day = f.day and d.state in ('closed', 'approved')
      where (d.day is not null and not exists (select 1 from reconciliation_signed_fact g where g.day = d.day and g.n = d.n and g.fact = f.id)
               and (f.recorded_at >= d.closed_at or exists (select 1 from reconciliation_signed_fact g where g.day = d.day and g.n = d.n))
             or d.day is null and exists (select 1 from reconciliation_lock k where ${OF_PERIOD('f.day')}))
        and (f.day >= ?1 or f.id >= ?3) and f.day < ?2 and f.kind = 'paid' and f.currency = 'VND' and f.amount is not null and ${STANDS} order by f.id`,
    ...[window.from, window.to, recordedSince],
  );

/** Money that the platform or the gateway has, on an account whose statements cover its day and go on behind it, and show no credit for it. */
export const uncredited = (window: Window, after: string, limit: number): Statement =>
  sql(
    `select f.id as fact, p.id as payment, p.dossier, f.amount, f.day from payment_fact f join payment p on p.id = f.payment
      where f.day >= ?1 and f.day <= ?2 and f.kind = 'paid' and f.currency = 'VND' and f.amount is not null and ${STANDS} and f.id > ?3
        and exists (select 1 from reconciliation_tie t join statement ts on ts.id = t.statement and ts.side in ('platform', 'orders')
              where t.fact = f.id and t.status <> 'proposed')
        and ${UNTIED_FACT(`'bank'`)}
        and exists (select 1 from statement_account a join statement s on s.id = a.statement and s.state = 'taken' and s.side = 'bank'
              where a.account = p.account and a.from_day <= f.day and a.to_day >= f.day)
        and exists (select 1 from statement_account a join statement s on s.id = a.statement and s.state = 'taken' and s.side = 'bank'
              where a.account = p.account and a.to_day > f.day)
      order by f.id limit cast(?4 as bigint)`,
    ...[window.from, window.to, after, limit],
  );

export interface Unreturned {
  readonly payment: string;
  readonly dossier: string;
  readonly returned: number;
  readonly moved: number;
  readonly day: string;
}
/**
 * Money that is recorded as given back and that no statement shows as gone out. Both are summed up from `since` on, well
 * before the window: what went out on one side of its edge and was recorded on the other is no difference.
 */
export const unreturned = (window: Window, since: string): Statement =>
  sql(
    `select w.payment, w.dossier, w.returned, w.moved, w.day from (
       select p.id as payment, p.dossier, p.reference, sum(f.amount) as returned, max(f.day) as day,
              coalesce((select max(z.moved) from (
                 select s.side, sum(l.amount) as moved from statement_line l join statement s on s.id = l.statement and s.state = 'taken'
                  where l.reference = p.reference and l.direction = 'debit' and l.repeats = 0 and l.day >= ?3 group by s.side) z), 0) as moved
         from payment_fact f join payment p on p.id = f.payment
        where f.day >= ?3 and f.day <= ?2 and f.kind in ('refunded', 'reversed') and f.currency = 'VND' and f.amount is not null and ${STANDS}
        group by p.id, p.dossier, p.reference) w
      where w.moved < w.returned and w.day >= ?1 order by w.payment`,
    ...[window.from, window.to, since],
  );
