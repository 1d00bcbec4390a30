import type { OpenedPayment, PaymentHint, PaymentQuestion, PaymentWord } from '../../contracts/domain/payment.ts';
import type { FactSource } from '../../contracts/domain/payment-state.ts';
import { journalLine } from '../chronicle/journal-line.ts';
import { openJson, subjectKeys } from '../crypto/subject-keys.ts';
import { actOperation } from '../delivery/acts/sealed-input.ts';
import type { RoomOperation, SettledExchange } from '../delivery/operations.ts';
import { askSoon, openWatches, type WatchName } from '../delivery/watches/watch-statements.ts';
import type { RoomWatch } from '../delivery/watches/watches.ts';
import { newId } from '../platform.ts';
import type { InboundHandler, RoomParts } from '../room.ts';
import { type Statement, sql } from '../store/engine.ts';
import { type Change, type ChangePayments, PAGE, type PaymentPage } from './change.ts';
import { ASK_FOR_MS, ASK_PAYMENT, channelNamed, HINTS_MS } from './channel.ts';
import type { Creation } from './fold.ts';
import { type PaymentRow, paymentsBy, takeHintOf } from './statements.ts';

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'wakeWatches'>;

/** What the end of opening a payment means. */
export const openingOf = (parts: Parts, system: string, change: ChangePayments): RoomOperation =>
  actOperation(parts, async (settled, token) => {
    const changed = await change(settled.map(opened), {
      only: { table: 'stream', column: 'id' },
      actor: `system:${system}`,
    });
    return {
      statements: changed.statements(token),
      tookHold: { table: 'payment', column: 'reference', rowOf: ({ key }: SettledExchange) => key },
    };
  });

function opened({ key, stream, state, outcome }: SettledExchange): Change {
  const page = outcome?.kind === 'completed' ? (outcome.result as OpenedPayment) : undefined;
  return {
    ...{ reference: key, row: stream, creation: creationOf(state, page) },
    ...(page === undefined ? {} : { page: { url: page.url, handle: page.handle } }),
    ...(outcome?.kind === 'rejected' ? { code: outcome.code } : {}),
  };
}

function creationOf(state: SettledExchange['state'], page: OpenedPayment | undefined): Creation {
  switch (state) {
    case 'delivered':
      return page?.url == null ? 'page-lost' : 'open';
    case 'rejected':
      return 'rejected';
    case 'cancelled':
      return 'never-arrived';
    default:
      return 'in-doubt';
  }
}

/** What a payment is asked about with; throws where it is not ours or its content was erased. */
export async function questionOf({ engine, vault }: Parts, reference: string): Promise<PaymentQuestion> {
  const [row] = await engine.all<PaymentRow>(paymentsBy('reference', [reference]));
  if (row === undefined) throw new Error('a payment is asked about that is not there');
  const keys = await subjectKeys(engine, [row.subject]);
  const page = await openJson<PaymentPage>(vault, keys.get(row.subject), PAGE, row.id, row.page);
  return { reference, handle: page?.handle ?? null, madeAt: row.made_at };
}

/** Asks a channel about its payments until there is nothing more to learn. */
export const askingOf = (parts: Parts, system: string, change: ChangePayments): RoomWatch => ({
  input: (ref) => questionOf(parts, ref),
  async answered(answers, token) {
    const told = answers.flatMap(({ watch, ref, outcome, last }) =>
      outcome.kind === 'completed' ? [{ watch, ref, last, said: outcome.result as PaymentWord }] : [],
    );
    const changed = await change(
      told.map(({ watch, ref, said, last }) => ({
        ...{ reference: ref, row: watch, word: { said, source: 'query' as const } },
        // The last word, and it decides nothing: a person has to look.
        ...(last && said.open !== 'pending' ? { unanswered: true as const } : {}),
      })),
      { only: { table: 'watch', column: 'id' }, actor: `system:${system}` },
    );
    return {
      // They do not know yet: they are asked on from here.
      prolonged: new Map(
        told.flatMap(({ watch, said, last }) => (last && said.open === 'pending' ? [[watch, ASK_FOR_MS]] : [])),
      ),
      closed: new Set(
        told.flatMap(({ watch, ref }) => (changed.done.has(ref) || !changed.payments.has(ref) ? [watch] : [])),
      ),
      statements: changed.statements(token),
      judgedBy: new Map(
        told.flatMap(({ watch, ref }) => (changed.judgedBy.has(ref) ? [[watch, changed.judgedBy.get(ref) ?? []]] : [])),
      ),
    };
  },
  async unanswered(watches, token) {
    const changed = await change(
      // Of those that spoke their word is written with it.
      watches.flatMap(({ watch, ref, heard }) =>
        heard ? [] : [{ reference: ref, row: watch, unanswered: true as const }],
      ),
      { only: { table: 'watch', column: 'id' }, actor: `system:${system}` },
    );
    return changed.statements(token);
  },
});

/** They told us, signed. A reference that is not ours changes nothing, and stands in the journal. */
export const wordOf =
  ({ platform, wakeWatches }: Parts, change: ChangePayments, source: FactSource): InboundHandler =>
  async (message, token) => {
    const said = message.data as PaymentWord;
    const changed = await change(
      [{ reference: said.reference, row: message.id, from: message.system, word: { said, source } }],
      {
        only: { table: 'inbound', column: 'id' },
        actor: `system:${message.system}`,
      },
    );
    wakeWatches();
    if (changed.payments.size > 0)
      return { statements: changed.statements(token), judgedBy: [...changed.judgedBy.values()].flat() };
    return [
      journalLine({
        ...{ id: `${message.id}:${newId(platform, 't')}`, ref: `inbound:${message.id}` },
        ...{ to: 'names no payment of ours', actor: `system:${message.system}` },
      }),
    ];
  };

/** A mere hint: they are asked, at most once in a while for one payment. It changes nothing of the payment itself. */
export const hintOf =
  ({ engine, wakeWatches }: Parts): InboundHandler =>
  async (message, token) => {
    const { reference } = message.data as PaymentHint;
    const [payment] = await engine.all<PaymentRow>(paymentsBy('reference', [reference]));
    const system = payment && channelNamed(payment.channel).system;
    if (payment === undefined || system !== message.system || payment.ask_from > payment.now) return [];
    const watch = { system, query: ASK_PAYMENT, ref: reference };
    const only = { table: 'inbound', column: 'id', row: message.id };
    const [open] = await engine.all<{ due_at: number | null }>(watchStanding(watch));
    wakeWatches();
    return [
      takeHintOf(payment.id, HINTS_MS, message.id, token),
      ...(open?.due_at == null
        ? openWatches([{ ...watch, exchange: null, only, scheduleMs: [0, 6 * HINTS_MS], forMs: 30 * HINTS_MS }], token)
        : [askSoon(watch, 0, only, token)]),
    ];
  };

/** Whether its channel is being asked about a payment. */
const watchStanding = ({ system, query, ref }: WatchName): Statement =>
  sql('select w.due_at from watch w where w.system = ?1 and w.query = ?2 and w.ref = ?3', system, query, ref);
