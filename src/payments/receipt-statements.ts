import { journalLines } from '../chronicle/journal-line.ts';
import { commands, type Statement, sql } from '../store/engine.ts';

/** `due`: it is fetched, again and again until it is there. `given-up`: it did not come in days, or its payer was erased. */
export type ReceiptState = 'due' | 'kept' | 'given-up';

export interface ReceiptRow {
  readonly payment: string;
  /** The kept document; null until there is one. */
  readonly file: string | null;
  readonly state: ReceiptState;
  /** When it is fetched next, steady ms. */
  readonly due_at: number;
  /** How often it was asked for. */
  readonly tries: number;
  /** Steady now, where it was read. */
  readonly now: number;
}
export interface DueReceipt extends Pick<ReceiptRow, 'payment' | 'tries'> {
  readonly reference: string;
  readonly channel: string;
  readonly subject: string;
}

export const receiptsOf = (payments: readonly string[]): Statement =>
  sql(
    `select r.payment, r.file, r.state, r.due_at, r.tries, {now} as now
       from json_each(?1) v join payment_receipt r on r.payment = v.value->>'is'`,
    commands(payments.map((is) => ({ is }))),
  );

/** For the commit in which these become paid; once for each payment, however often that comes about. */
export const receiptsFallDue = (payments: readonly string[], token: string): Statement =>
  sql(
    `insert into payment_receipt (payment, state, due_at, tries, written_by)
     select p.id, 'due', {now}, 0, ?2 from json_each(?1) v join payment p on p.id = v.value->>'is' and p.written_by = ?2 where true
     on conflict (payment) do nothing`,
    commands(payments.map((is) => ({ is }))),
    token,
  );

/** The longest due first. What was given back whole has no valid receipt, and none is fetched for it. */
export const dueReceipts = (limit: number): Statement =>
  sql(
    `select r.payment, r.tries, p.reference, p.channel, p.subject from payment_receipt r join payment p on p.id = r.payment
      where r.state = 'due' and r.due_at <= {now} and p.state <> 'refunded' order by r.due_at, r.payment limit cast(?1 as bigint)`,
    limit,
  );

type Seen = Pick<DueReceipt, 'payment' | 'tries'>;

/** Over what was seen: where somebody else fetched it meanwhile, or its payer was erased, nothing is kept. */
export const keepReceipt = ({ payment, tries }: Seen, file: string, token: string): Statement[] => [
  sql(
    `update payment_receipt set state = 'kept', file = ?3, tries = tries + 1, fetched_at = {at}, written_by = ?4
      where payment = ?1 and state = 'due' and tries = cast(?2 as bigint)
        and not exists (select 1 from payment p join subject u on u.id = p.subject where p.id = ?1 and u.salt is null)`,
    ...[payment, tries, file, token],
  ),
  lineOf(payment, token),
];

/** `asked`: they were, and it counts as a try. */
export const postponeReceipt = (seen: Seen, asked: boolean, waitMs: number, token: string): Statement[] => [
  sql(
    `update payment_receipt set due_at = {now} + cast(?4 as bigint), tries = tries + cast(?3 as bigint), written_by = ?5
      where payment = ?1 and state = 'due' and tries = cast(?2 as bigint)`,
    ...[seen.payment, seen.tries, asked ? 1 : 0, Math.ceil(waitMs), token],
  ),
];

export const giveUpReceipt = ({ payment, tries }: Seen, token: string): Statement[] => [
  sql(
    `update payment_receipt set state = 'given-up', tries = tries + 1, written_by = ?3
      where payment = ?1 and state = 'due' and tries = cast(?2 as bigint)`,
    ...[payment, tries, token],
  ),
  lineOf(payment, token),
];

const lineOf = (payment: string, token: string): Statement =>
  journalLines(
    {
      ...{ id: `'payment:' || r.payment || ':' || ?2`, ref: `'payment:' || r.payment`, to: `'receipt: ' || r.state` },
      ...{ actor: `'receipts'`, source: 'from payment_receipt r where r.payment = ?1 and r.written_by = ?2' },
    },
    ...[payment, token],
  );
