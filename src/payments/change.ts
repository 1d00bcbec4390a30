import type { PaymentWord, TheirFact } from '../../contracts/domain/payment.ts';
import type { FactSource } from '../../contracts/domain/payment-state.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { type Happening, happened, raise } from '../chronicle/raise.ts';
import { sealJson, subjectKeys } from '../crypto/subject-keys.ts';
import { type Judged, lockJudged } from '../delivery/judged.ts';
import { closeWatch, openWatches } from '../delivery/watches/watch-statements.ts';
import { type Reshown, showAgain } from '../dossiers/payable.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { commands, type Statement } from '../store/engine.ts';
import { ASK_FOR_MS, ASK_PAYMENT, ASK_WAITS_MS, type Channel, channelNamed } from './channel.ts';
import { clearCode, clearWord } from './clear-words.ts';
import { type PaymentEvent, paymentEvents } from './event-types.ts';
import { type Creation, type Judgement, judge, type Known, type LastWord } from './fold.ts';
import { standingOf } from './journal.ts';
import { receiptsFallDue } from './receipt-statements.ts';
import {
  asKnown,
  bumpHeads,
  type FactRow,
  factKeys,
  factsOf,
  insertFacts,
  type NewFact,
  type PaymentRow,
  type PaymentWrite,
  paidElsewhere,
  paymentsBy,
  writePayments,
} from './statements.ts';

/** What was learned of a payment, or done about it. */
export interface Change {
  readonly reference: string;
  /** The row whose stamp it depends on, of the table that the whole commit names. */
  readonly row: string | null;
  readonly creation?: Creation;
  /** Their code, where it came without a word. */
  readonly code?: string;
  /** Where it is paid, to be sealed. */
  readonly page?: PaymentPage;
  /** What they said, and by which way it came. */
  readonly word?: { readonly said: PaymentWord; readonly source: FactSource };
  /** Facts that came by another way than their word. */
  readonly facts?: readonly Omit<NewFact, 'payment'>[];
  readonly cancelled?: true;
  readonly retired?: true;
  /** The end of asking came without an answer. */
  readonly unanswered?: true;
  readonly refundOpen?: boolean;
  /** The system that says so: it speaks of payments of its own channels alone. */
  readonly from?: string;
}

/** Where it is paid, as the channel gave it. */
export interface PaymentPage {
  readonly url: string | null;
  readonly handle: string | null;
  /** The text of a transfer's code. */
  readonly code?: string;
}
export const PAGE = 'payment.page';

export interface Changed {
  /** What is written with the commit of this token; `row` takes the place of the rows that the changes named. */
  statements(token: string, row?: string): readonly Statement[];
  /** Ids of the payments that it is about, by reference; one that we do not hold has none. */
  readonly payments: ReadonlyMap<string, PaymentRow>;
  /** What it was judged by, by reference: where that moved on meanwhile nothing of it is written. */
  readonly judgedBy: ReadonlyMap<string, readonly Judged[]>;
  /** References that need not be asked about any more. */
  readonly done: ReadonlySet<string>;
  readonly judged: ReadonlyMap<string, Judgement>;
}

export type ChangePayments = (
  changes: readonly Change[],
  more: { readonly only?: { readonly table: string; readonly column: string }; readonly actor: string },
) => Promise<Changed>;

/**
 * The one way by which a payment changes: what is known is read, the change laid over it, judged in memory, and written
 * over the version that was read, with its facts, its journal, its events, what the nation is shown anew, and whether its
 * channel is asked on. Where the version moved on meanwhile nothing of it is written.
 */
export function createChange(parts: Pick<RoomParts, 'engine' | 'platform' | 'vault'>): ChangePayments {
  const { engine, platform, vault } = parts;

  /**
   * Those that nobody told before. One that tells in đồng what was told without an amount or a currency takes its place,
   * and one with its transaction the place of the same without any; the same without it is nothing new.
   */
  async function newAmong(told: readonly NewFact[], held: readonly FactRow[]): Promise<readonly NewFact[]> {
    const vague = new Map(held.filter((fact) => !isInVnd(fact)).map((fact) => [fact.fact_key, fact]));
    const alike = (fact: NewFact, other: FactRow): boolean =>
      other.payment === fact.payment &&
      other.kind === fact.kind &&
      other.amount === fact.amount &&
      other.said_at === fact.at;
    const completed = told.flatMap((fact): NewFact[] => {
      const same = held.filter((other) => other.source !== 'person' && alike(fact, other));
      if (fact.transaction === null && same.some((other) => other.transaction_id !== null)) return [];
      const before =
        (isInVnd(fact) ? vague.get(fact.key) : undefined) ??
        (fact.transaction === null ? undefined : same.find((other) => other.transaction_id === null));
      return [before === undefined ? fact : { ...fact, key: `${fact.key}:more`, replaces: [before.id] }];
    });
    const rows = await engine.all<{ fact_key: string }>(factKeys(completed.map(({ key }) => key)));
    const known = new Set(rows.map((row) => row.fact_key));
    return distinct(completed.filter(({ key }) => !known.has(key)));
  }

  const cleared = async (change: Change): Promise<Change> => {
    const { word, code } = change;
    return {
      ...change,
      ...(word === undefined ? {} : { word: { ...word, said: await clearWord(vault, word.said) } }),
      ...(code === undefined ? {} : { code: clearCode(code) }),
    };
  };

  return async (given, { only, actor }) => {
    const changes = await Promise.all(given.map(cleared));
    const found = await engine.all<PaymentRow>(
      paymentsBy(
        'reference',
        changes.map(({ reference }) => reference),
      ),
    );
    const payments = new Map(found.map((row) => [row.reference, row]));
    const held = Map.groupBy(await engine.all<FactRow>(factsOf(found.map(({ id }) => id))), (fact) => fact.payment);
    const keys = await subjectKeys(
      engine,
      found.map(({ subject }) => subject),
    );
    const each = changes.flatMap((change) => {
      const row = payments.get(change.reference);
      if (row === undefined) return [];
      const channel = channelNamed(row.channel);
      if (change.from !== undefined && change.from !== channel.system) {
        payments.delete(change.reference);
        return [];
      }
      return [{ change, row, channel }];
    });
    const told = each.flatMap(({ change, row, channel }) =>
      factsIn(change, row, channel, () => newId(platform, 'fact')),
    );
    const fresh = await newAmong(told, [...held.values()].flat());

    const elsewhere = new Set(
      fresh.length === 0
        ? []
        : (await engine.all<{ id: string }>(paidElsewhere(found.map(({ id }) => id)))).map(({ id }) => id),
    );

    const judged = new Map<string, Judgement>();
    const done = new Set<string>();
    const writes: (PaymentWrite & { readonly before: PaymentRow; readonly facts: readonly NewFact[] })[] = [];
    for (const { change, row, channel } of each) {
      const facts = fresh.filter(({ payment }) => payment === row.id);
      const laid = laidOver(asKnown(row, held.get(row.id) ?? []), change, row);
      const all = [...laid.facts, ...facts.map(factOf)];
      const first = judge({ ...laid, facts: all });
      // It is the later one whose money is too much: what was paid before stays as it was.
      const next = {
        ...laid,
        paidElsewhere:
          laid.paidElsewhere || (!isShownPaid(row.state) && isShownPaid(first.state) && elsewhere.has(row.id)),
      };
      const judgement = judge({ ...next, facts: all });
      judged.set(row.reference, judgement);
      const watched = channel.system !== null && !isOver(judgement, next);
      if (!watched) done.add(row.reference);
      writes.push({
        ...{ id: row.id, version: row.version, row: change.row, before: row, facts },
        ...{ creation: next.creation, word: next.word, cancelled: next.cancelled, expired: next.expired },
        ...{ retired: flag(next.retired), refundOpen: flag(next.refundOpen), unanswered: flag(next.unanswered) },
        ...{
          watched: flag(watched),
          paidElsewhere: flag(next.paidElsewhere),
          state: judgement.state,
          doubt: judgement.uncertainBecause,
        },
        ...{ surplus: judgement.surplus, net: judgement.net, code: change.word?.said.code ?? change.code ?? row.code },
        page: await sealJson(vault, keys.get(row.subject), PAGE, row.id, change.page),
        shownVersion: null,
      });
    }
    if (writes.length === 0) return { statements: () => [], payments, done, judged, judgedBy: new Map() };

    const shows: Reshown[] = writes
      .filter(({ before, state }) => isShownPaid(before.state) !== isShownPaid(state))
      .map(({ before }) => ({ code: before.dossier, stampedRow: before.id }));
    const again = await showAgain(parts, shows, { table: 'payment', column: 'id' }, actor);
    const rows = writes.map(({ before, facts: _facts, ...write }) => ({
      ...write,
      shownVersion: shows.some(({ stampedRow }) => stampedRow === before.id)
        ? (again.unmoved.get(before.dossier) ?? null)
        : null,
    }));
    const opened = writes.filter(({ before, watched }) => watched === 1 && before.watched === 0);
    const events = eventsOf(parts, writes);
    const receipted = writes.filter(becomesReceipted).map(({ id }) => id);
    const judgedBy = new Map(
      rows.map(({ shownVersion, version, id }, index): [string, readonly Judged[]] => {
        const { reference, dossier } = writes[index]?.before ?? { reference: '', dossier: '' };
        const shown = { table: 'dossier', column: 'code', row: dossier, version: shownVersion ?? 0 };
        return [
          reference,
          [{ table: 'payment', column: 'id', row: id, version }, ...(shownVersion === null ? [] : [shown])],
        ];
      }),
    );
    return {
      statements: (token, row) => [
        ...lockJudged([...judgedBy.values()].flat()),
        writePayments(row === undefined ? rows : rows.map((each) => ({ ...each, row })), only, token),
        bumpHeads(
          writes.map(({ id }) => id),
          token,
        ),
        ...(fresh.length > 0 ? [insertFacts(fresh, vietnamTime(platform.wall()).slice(0, 10), token)] : []),
        ...linesOf(writes, token, actor),
        ...(events.length > 0
          ? [raise(events, `join payment p on p.id = v.value->>'payment' and p.written_by = ?2`, token)]
          : []),
        ...again.statements(token),
        ...(receipted.length > 0 ? [receiptsFallDue(receipted, token)] : []),
        ...openWatches(
          opened.map(({ before }) => watchOf(before)),
          token,
        ),
        ...writes.flatMap(({ before, watched }) => {
          const { system } = channelNamed(before.channel);
          return before.watched === 1 && watched === 0 && system !== null
            ? [closeWatch({ system, query: ASK_PAYMENT, ref: before.reference }, stampOf(before.id), token)]
            : [];
        }),
      ],
      payments,
      done,
      judged,
      judgedBy,
    };
  };
}

/** The row of a payment by whose stamp the rest of its commit depends. */
export const stampOf = (id: string) => ({ table: 'payment', column: 'id', row: id });

const flag = (value: boolean): 0 | 1 => (value ? 1 : 0);

function watchOf(row: PaymentRow) {
  const { system } = channelNamed(row.channel);
  const leftMs = row.ends_at === null ? 0 : Math.max(0, row.ends_at - row.now);
  return {
    ...{ system: system ?? '', query: ASK_PAYMENT, ref: row.reference, exchange: null },
    ...{ scheduleMs: ASK_WAITS_MS, forMs: leftMs + ASK_FOR_MS, only: stampOf(row.id) },
  };
}

/** What was known with what was learned. */
function laidOver(known: Known, change: Change, row: PaymentRow): Known {
  const said = change.word?.said;
  const isOurs = said !== undefined && said.reference === row.reference;
  const noMoney = isOurs && saysNoMoney(said);
  const isLate = row.ends_at !== null && row.now >= row.ends_at;
  // Where nobody can be asked there is nobody to be heard.
  const heardBy = channelNamed(row.channel).system === null ? 'heard' : 'unheard';
  const cancelled = change.cancelled ? heardBy : known.cancelled;
  const late: Known['expired'] = isLate && isOurs ? (noMoney ? 'heard' : 'unheard') : known.expired;
  return {
    ...known,
    creation:
      change.creation ?? (known.creation === 'in-doubt' && isOurs && exists(said) ? 'page-lost' : known.creation),
    word: isOurs ? openOf(said) : known.word,
    cancelled: cancelled === 'unheard' && noMoney ? 'heard' : cancelled,
    expired: known.expired === 'heard' ? 'heard' : late,
    retired: known.retired || change.retired === true,
    refundOpen: change.refundOpen ?? known.refundOpen,
    unanswered: change.unanswered === true || (known.unanswered && !isOurs),
  };
}

const openOf = ({ open }: PaymentWord): LastWord => open;
const exists = ({ open, facts }: PaymentWord): boolean =>
  facts.length > 0 || open === 'awaiting' || open === 'pending' || open === 'refund';

/** They speak of it, and know of no money. */
function saysNoMoney({ facts, open }: PaymentWord): boolean {
  if (facts.some(({ kind }) => kind === 'paid')) return false;
  return open === 'awaiting' || open === 'not-created' || (open === null && facts.length > 0);
}

/** Nothing more is to be learned by asking. What was cancelled, given up or is over in time is asked about to the end: money may come late. */
function isOver(judged: Judgement, known: Known): boolean {
  if (judged.uncertainBecause !== null) return known.unanswered;
  if (known.creation === 'opening') return true;
  if (known.unanswered) return true;
  if (judged.state === 'failed')
    return !known.retired && known.creation !== 'page-lost' && known.creation !== 'never-arrived';
  if (judged.state === 'cancelled' || judged.state === 'expired') return false;
  return judged.state !== 'awaiting-payment' && judged.state !== 'creating' && judged.state !== 'under-review';
}

/** The nation is shown the fees of these as paid online. */
export const isShownPaid = (state: PaymentWrite['state']): boolean => state === 'paid' || state === 'partly-refunded';

/** It becomes paid on a channel that makes receipts. */
const becomesReceipted = ({ before, state }: Pick<Written, 'before' | 'state'>): boolean =>
  isShownPaid(state) && !isShownPaid(before.state) && channelNamed(before.channel).receipts;

function factsIn(
  { word, facts = [], reference }: Change,
  row: PaymentRow,
  channel: Channel,
  id: () => string,
): readonly NewFact[] {
  const theirs = word !== undefined && word.said.reference === reference ? word.said.facts : [];
  return [
    ...theirs.map((fact): NewFact => {
      const { kind, amount, transaction, at } = fact;
      return {
        ...{ id: id(), payment: row.id, key: keyOf(channel.ledger, reference, fact), kind, transaction, at },
        ...amountOf(amount),
        ...{ source: word?.source ?? 'query', attested: 0, replaces: [], code: word?.said.code ?? null },
      };
    }),
    ...facts.map((fact): NewFact => ({ ...fact, payment: row.id })),
  ];
}

/** A whole number, or none: what is not whole stands beside its currency, for a person to look at. */
function amountOf(amount: TheirFact['amount']): Pick<NewFact, 'amount' | 'currency'> {
  if (amount === null) return { amount: null, currency: null };
  if (Number.isSafeInteger(amount.amount)) return { amount: amount.amount, currency: amount.currency };
  return { amount: null, currency: `${amount.amount} ${amount.currency}` };
}
const isInVnd = ({ amount, currency }: Pick<NewFact, 'amount' | 'currency'>): boolean =>
  amount !== null && currency === 'VND';

/** What is one fact, however often and by whichever way it is told. */
export const keyOf = (
  ledger: string,
  reference: string,
  { kind, amount, transaction, at }: Pick<TheirFact, 'kind' | 'amount' | 'transaction' | 'at'>,
): string =>
  transaction === null
    ? `${ledger}:${reference}:${kind}:${amount === null ? '' : `${amount.amount}${amount.currency}`}:${at ?? ''}`
    : `${ledger}:${transaction}:${kind}:${reference}`;

const distinct = (facts: readonly NewFact[]): NewFact[] => [
  ...new Map(facts.map((fact) => [fact.key, fact] as const)).values(),
];

const factOf = ({ transaction: _transaction, at: _at, source: _source, ...fact }: NewFact) => ({
  ...{ id: fact.id, kind: fact.kind, amount: fact.amount, currency: fact.currency },
  ...{ attested: fact.attested === 1, replaces: fact.replaces },
});

interface Written extends PaymentWrite {
  readonly before: PaymentRow;
  readonly facts: readonly NewFact[];
}

const WRITTEN = `from json_each(?1) v join payment p on p.id = v.value->>'payment' and p.written_by = ?2`;

function linesOf(writes: readonly Written[], token: string, actor: string): Statement[] {
  const moves = writes
    .filter(({ before, state, doubt }) => before.state !== state || before.doubt !== doubt)
    .map(({ before, id, state, doubt }) => ({
      ...{ payment: id, from: standingOf(before.state, before.doubt), to: standingOf(state, doubt) },
    }));
  const facts = writes.flatMap(({ facts: some }) => some.map(({ id, payment, kind }) => ({ fact: id, payment, kind })));
  return [
    ...(facts.length === 0
      ? []
      : [
          journalLines(
            {
              ...{
                id: `(v.value->>'fact')`,
                ref: `'payment:' || p.id`,
                to: `'fact: ' || (v.value->>'kind')`,
                actor: '?3',
              },
              source: WRITTEN,
            },
            commands(facts),
            token,
            actor,
          ),
        ]),
    ...(moves.length === 0
      ? []
      : [
          journalLines(
            {
              ...{ id: `'payment:' || p.id || ':' || ?2`, ref: `'payment:' || p.id`, from: `v.value->>'from'` },
              ...{ to: `v.value->>'to'`, actor: '?3', source: WRITTEN },
            },
            commands(moves),
            token,
            actor,
          ),
        ]),
  ];
}

function eventsOf({ platform }: Pick<RoomParts, 'platform'>, writes: readonly Written[]) {
  const events: (Happening & { readonly payment: string })[] = [];
  for (const write of writes)
    for (const name of namesOf(write)) {
      const { before, id, state, doubt, surplus } = write;
      const made = happened(platform, paymentEvents[name], {
        ...{ system: channelNamed(before.channel).system, ref: before.dossier },
        data: {
          ...{ payment: id, dossierCode: before.dossier, reference: before.reference, state, uncertainBecause: doubt },
          ...{ amountVnd: before.amount, surplusVnd: surplus },
        },
      });
      events.push({ ...made, payment: id });
    }
  return events;
}

const BY_STATE: Readonly<Partial<Record<PaymentWrite['state'], PaymentEvent>>> = {
  'awaiting-payment': 'created',
  paid: 'paid',
  'under-review': 'underReview',
  failed: 'failed',
  cancelled: 'cancelled',
  expired: 'expired',
  'partly-refunded': 'refunded',
  refunded: 'refunded',
};

function namesOf({ before, state, doubt, surplus, net, facts }: Written): readonly PaymentEvent[] {
  const names = new Set<PaymentEvent>();
  const byState = BY_STATE[state];
  if (state !== before.state && byState !== undefined) names.add(byState);
  // Once more, of a payment that money went back from before.
  if (state === 'partly-refunded' && net < before.net) names.add('refunded');
  if (facts.some(({ kind }) => kind === 'reversed')) names.add('reversed');
  if (surplus > before.surplus) names.add('surplus');
  if (doubt !== null && doubt !== before.doubt) names.add('uncertain');
  return [...names];
}
