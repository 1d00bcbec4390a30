import type {
  FactKind,
  FactSource,
  PaymentDoubt,
  PaymentMethod,
  PaymentState,
} from '../../contracts/domain/payment-state.ts';
import { commands, type Statement, sql } from '../store/engine.ts';
import type { Creation, Fact, Known, LastWord } from './fold.ts';
import { saidDay } from './said-day.ts';

export interface PaymentRow {
  readonly id: string;
  readonly subject: string;
  readonly dossier: string;
  readonly reference: string;
  readonly method: PaymentMethod;
  /** The channel's name: what of a method is behind it. */
  readonly channel: string;
  readonly unit: string;
  readonly amount: number;
  readonly exchange: string | null;
  readonly creation: Creation;
  readonly word: LastWord;
  /** Their code, as they last told one. */
  readonly code: string | null;
  readonly retired: number;
  readonly cancelled: Known['cancelled'];
  readonly expired: Known['expired'];
  readonly refund_open: number;
  readonly unanswered: number;
  /** 1 while the channel is asked on a schedule. */
  readonly watched: number;
  /** 1: another payment of the same due was paid before. */
  readonly paid_elsewhere: number;
  readonly fee_differs: number;
  readonly state: PaymentState;
  readonly doubt: PaymentDoubt | null;
  readonly surplus: number;
  readonly net: number;
  readonly made_at: number;
  /** Until when it is to be paid, wall ms; null without an end. */
  readonly pay_until: number | null;
  /** The same on the steady clock. */
  readonly ends_at: number | null;
  /** Before then a hint asks nothing anew, steady ms. */
  readonly ask_from: number;
  readonly changed_at: number;
  readonly content: string;
  readonly page: string | null;
  readonly version: number;
  /** Steady now, where it was read. */
  readonly now: number;
}

export interface FactRow {
  readonly id: string;
  readonly payment: string;
  readonly fact_key: string;
  readonly kind: FactKind;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly transaction_id: string | null;
  readonly said_at: string | null;
  readonly source: FactSource;
  readonly attested: number;
  readonly replaces: string;
  readonly code: string | null;
  /** The day that it counts for, in Vietnam; null of what earlier programs recorded without a time. */
  readonly day: string | null;
  readonly recorded_at: number;
}

const COLUMNS = `p.id, p.subject, p.dossier, p.reference, p.method, p.channel, p.unit, p.amount, p.exchange, p.creation, p.word, p.code, p.retired,
  p.cancelled, p.expired, p.refund_open, p.unanswered, p.watched, p.paid_elsewhere, p.fee_differs, p.state, p.doubt, p.surplus, p.net, p.made_at, p.pay_until,
  p.ends_at, p.ask_from, p.changed_at, p.content, p.page, p.version, {now} as now`;

/** By one of its columns, each as often as it is named. */
export const paymentsBy = (column: 'id' | 'reference' | 'dossier', values: readonly string[]): Statement =>
  sql(
    `select ${COLUMNS} from json_each(?1) v join payment p on p.${column} = v.value->>'is' order by p.id`,
    commands([...new Set(values)].map((is) => ({ is }))),
  );

export const factsOf = (payments: readonly string[]): Statement =>
  sql(
    `select f.id, f.payment, f.fact_key, f.kind, f.amount, f.currency, f.transaction_id, f.said_at, f.source, f.attested, f.replaces, f.code, f.day, f.recorded_at
       from json_each(?1) v join payment_fact f on f.payment = v.value->>'is' order by f.recorded_at, f.id`,
    commands([...new Set(payments)].map((is) => ({ is }))),
  );

/** Which payment has a fact of this key already. */
export const factKeys = (keys: readonly string[]): Statement =>
  sql(
    `select f.fact_key, f.payment from json_each(?1) v join payment_fact f on f.fact_key = v.value->>'is'`,
    commands([...new Set(keys)].map((is) => ({ is }))),
  );

export const itemsOf = (payments: readonly string[]): Statement =>
  sql(
    `select i.payment, i.place, i.kind, i.code, i.amount from json_each(?1) v join payment_item i on i.payment = v.value->>'is' order by i.payment, i.place`,
    commands([...new Set(payments)].map((is) => ({ is }))),
  );

/** Which of these have a due that another payment was paid for. */
export const paidElsewhere = (payments: readonly string[]): Statement =>
  sql(
    `select distinct p.id from json_each(?1) v join payment p on p.id = v.value->>'is'
       join payment o on o.dossier = p.dossier and o.id <> p.id and o.state in ('paid', 'partly-refunded')
       join payment_item i on i.payment = p.id join payment_item j on j.payment = o.id and j.kind = i.kind and j.code = i.code`,
    commands([...new Set(payments)].map((is) => ({ is }))),
  );

const TAKE_HINT = 'update payment set ask_from = {now} + cast(?2 as bigint) where id = ?1 and ask_from <= {now}';

/** Takes the turn to ask for a hint, where none was asked for in the time before; answers whose turn it was. */
export const takeHint = (payment: string, forMs: number): Statement => sql(`${TAKE_HINT} returning id`, payment, forMs);

/** The same in the commit that acts on a message. */
export const takeHintOf = (payment: string, forMs: number, message: string, token: string): Statement =>
  sql(
    `${TAKE_HINT} and exists (select 1 from inbound i where i.id = ?3 and i.written_by = ?4)`,
    ...[payment, forMs, message, token],
  );

export const headOf = (dossier: string): Statement =>
  sql('select version from payment_head where dossier = ?1', dossier);

export interface NewPayment {
  readonly id: string;
  readonly subject: string;
  readonly dossier: string;
  readonly reference: string;
  readonly method: PaymentMethod;
  readonly channel: string;
  readonly unit: string;
  readonly amount: number;
  readonly exchange: string | null;
  readonly creation: Creation;
  readonly state: PaymentState;
  readonly doubt: PaymentDoubt | null;
  readonly feeDiffers: 0 | 1;
  readonly madeAt: number;
  readonly payUntil: number | null;
  readonly limitMs: number | null;
  readonly content: string;
  readonly page: string | null;
  /** Where its money goes; null where that is not known. */
  readonly account: string | null;
  readonly items: readonly { readonly kind: string; readonly code: string; readonly amount: number }[];
}

/** A payment and its items, where the row `guard` (an SQL condition) carries the token. Parameters: commands, token, the guard's. */
export function insertPayment(payment: NewPayment, guard: string, token: string, ...more: string[]): Statement[] {
  const { items, limitMs, ...row } = payment;
  return [
    sql(
      `insert into payment (id, subject, dossier, reference, method, channel, unit, amount, exchange, creation, state, doubt, fee_differs,
              made_at, pay_until, ends_at, changed_at, content, page, account, version, written_by)
       select v.value->>'id', v.value->>'subject', v.value->>'dossier', v.value->>'reference', v.value->>'method', v.value->>'channel',
              v.value->>'unit', cast(v.value->>'amount' as bigint), v.value->>'exchange', v.value->>'creation', v.value->>'state', v.value->>'doubt',
              cast(v.value->>'feeDiffers' as bigint), cast(v.value->>'madeAt' as bigint), cast(v.value->>'payUntil' as bigint),
              {now} + cast(v.value->>'limitMs' as bigint), {at}, v.value->>'content', v.value->>'page', v.value->>'account', 1, ?2
         from json_each(?1) v where ${guard}`,
      ...[commands([{ ...row, limitMs }]), token, ...more],
    ),
    sql(
      `insert into payment_item (payment, place, kind, code, amount)
       select p.id, cast(v.value->>'place' as bigint), v.value->>'kind', v.value->>'code', cast(v.value->>'amount' as bigint)
         from json_each(?1) v join payment p on p.id = v.value->>'payment' and p.written_by = ?2`,
      commands(items.map((item, place) => ({ ...item, place, payment: payment.id }))),
      token,
    ),
  ];
}

/** What is known of a payment anew, over the version that it was judged upon. */
export interface PaymentWrite {
  readonly id: string;
  readonly version: number;
  readonly creation: Creation;
  readonly word: LastWord;
  readonly code: string | null;
  readonly retired: 0 | 1;
  readonly cancelled: Known['cancelled'];
  readonly expired: Known['expired'];
  readonly refundOpen: 0 | 1;
  readonly unanswered: 0 | 1;
  readonly watched: 0 | 1;
  readonly paidElsewhere: 0 | 1;
  readonly state: PaymentState;
  readonly doubt: PaymentDoubt | null;
  readonly surplus: number;
  readonly net: number;
  /** Sealed; null leaves what is there. */
  readonly page: string | null;
  /** The row whose stamp this depends on, where there is one. */
  readonly row: string | null;
  /** The version of its dossier that is shown with it; null where it is not shown anew. */
  readonly shownVersion: number | null;
}

/** `only`: the table and column of the rows that `row` names. */
export const writePayments = (
  payments: readonly PaymentWrite[],
  only: { readonly table: string; readonly column: string } | undefined,
  token: string,
): Statement =>
  sql(
    `update payment set creation = v.value->>'creation', word = v.value->>'word', code = v.value->>'code', retired = cast(v.value->>'retired' as bigint),
        cancelled = v.value->>'cancelled', expired = v.value->>'expired', refund_open = cast(v.value->>'refundOpen' as bigint),
        unanswered = cast(v.value->>'unanswered' as bigint), watched = cast(v.value->>'watched' as bigint),
        paid_elsewhere = cast(v.value->>'paidElsewhere' as bigint), state = v.value->>'state',
        doubt = v.value->>'doubt', surplus = cast(v.value->>'surplus' as bigint), net = cast(v.value->>'net' as bigint),
        page = coalesce(v.value->>'page', payment.page), changed_at = {at},
        version = payment.version + 1, written_by = ?2
       from json_each(?1) v where payment.id = v.value->>'id' and payment.version = cast(v.value->>'version' as bigint)
        and (v.value->>'shownVersion' is null or exists (
          select 1 from dossier d where d.code = payment.dossier and d.version = cast(v.value->>'shownVersion' as bigint)))
        ${only === undefined ? '' : `and exists (select 1 from ${only.table} g where g.${only.column} = v.value->>'row' and g.written_by = ?2)`}`,
    commands(payments),
    token,
  );

/** Whoever judged the payments of these dossiers before judges them again. */
export const bumpHeads = (payments: readonly string[], token: string): Statement =>
  sql(
    `update payment_head set version = payment_head.version + 1, written_by = ?2
       from json_each(?1) v join payment p on p.id = v.value->>'is' and p.written_by = ?2 where payment_head.dossier = p.dossier`,
    commands(payments.map((is) => ({ is }))),
    token,
  );

export interface NewFact {
  readonly id: string;
  readonly payment: string;
  readonly key: string;
  readonly kind: FactKind;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly transaction: string | null;
  readonly at: string | null;
  readonly source: FactSource;
  readonly attested: 0 | 1;
  readonly replaces: readonly string[];
  readonly code: string | null;
}

/** `today`: the day of those that tell no time of their own, in Vietnam. */
export const insertFacts = (facts: readonly NewFact[], today: string, token: string): Statement =>
  sql(
    `insert into payment_fact (id, payment, fact_key, kind, amount, currency, transaction_id, said_at, source, attested, replaces, code, day, recorded_at)
     select v.value->>'id', p.id, v.value->>'key', v.value->>'kind', cast(v.value->>'amount' as bigint), v.value->>'currency', v.value->>'transaction',
            v.value->>'at', v.value->>'source', cast(v.value->>'attested' as bigint), v.value->>'replaces', v.value->>'code', v.value->>'day', {at}
       from json_each(?1) v join payment p on p.id = v.value->>'payment' and p.written_by = ?2 where true
     on conflict (fact_key) do nothing`,
    commands(
      facts.map((fact) => ({ ...fact, replaces: JSON.stringify(fact.replaces), day: saidDay(fact.at) ?? today })),
    ),
    token,
  );

/** Which of these were written by this batch. */
export const writtenPayments = (ids: readonly string[], token: string): Statement =>
  sql(
    `select p.id from json_each(?1) v join payment p on p.id = v.value->>'is' and p.written_by = ?2`,
    commands(ids.map((is) => ({ is }))),
    token,
  );

export const asFact = (row: FactRow): Fact => ({
  ...{ id: row.id, kind: row.kind, amount: row.amount, currency: row.currency, attested: row.attested === 1 },
  replaces: JSON.parse(row.replaces) as string[],
});

export const asKnown = (row: PaymentRow, facts: readonly FactRow[]): Known => ({
  ...{ amount: row.amount, creation: row.creation, word: row.word, cancelled: row.cancelled, expired: row.expired },
  ...{ retired: row.retired === 1, refundOpen: row.refund_open === 1, unanswered: row.unanswered === 1 },
  paidElsewhere: row.paid_elsewhere === 1,
  facts: facts.map(asFact),
});
