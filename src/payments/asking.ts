import type { OpenedPayment, PaymentHint, PaymentQuestion, PaymentWord } from '../../contracts/domain/payment.ts';
import type { FactSource } from '../../contracts/domain/payment-state.ts';
import { journalLine } from '../chronicle/journal-line.ts';
import { openJson, subjectKeys } from '../crypto/subject-keys.ts';
import { actOperation } from '../delivery/acts/sealed-input.ts';
import type { RoomOperation, SettledExchange } from '../delivery/operations.ts';
import { askSoon, openWatches } from '../delivery/watches/watch-statements.ts';
import type { RoomWatch } from '../delivery/watches/watches.ts';
import { newId } from '../platform.ts';
import type { InboundHandler, RoomParts } from '../room.ts';
import { type Change, type ChangePayments, PAGE, type PaymentPage, stampOf } from './change.ts';
import { ASK_PAYMENT, channelNamed, HINTS_MS } from './channel.ts';
import type { Creation } from './fold.ts';
import { type PaymentRow, paymentsBy } from './statements.ts';

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
  const page = await openJson<PaymentPage>(vault, keys.get(row.subject), PAGE, row.page);
  return { reference, handle: page?.handle ?? null, madeAt: row.made_at };
}

/** Asks a channel about its payments until there is nothing more to learn. */
export const askingOf = (parts: Parts, system: string, change: ChangePayments): RoomWatch => ({
  input: (ref) => questionOf(parts, ref),
  async answered(answers, token) {
    const told = answers.flatMap(({ watch, ref, outcome }) =>
      outcome.kind === 'completed' ? [{ watch, ref, said: outcome.result as PaymentWord }] : [],
    );
    const changed = await change(
      told.map(({ watch, ref, said }) => ({ reference: ref, row: watch, word: { said, source: 'query' as const } })),
      { only: { table: 'watch', column: 'id' }, actor: `system:${system}` },
    );
    return {
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
      watches.map(({ watch, ref }) => ({ reference: ref, row: watch, unanswered: true })),
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
    const changed = await change([{ reference: said.reference, row: message.id, word: { said, source } }], {
      only: { table: 'inbound', column: 'id' },
      actor: `system:${message.system}`,
    });
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

/** A mere hint: they are asked, at most once in a while for one payment. */
export const hintOf =
  ({ wakeWatches }: Parts, change: ChangePayments): InboundHandler =>
  async (message, token) => {
    const { reference } = message.data as PaymentHint;
    const acted = await asked(change, reference, { row: message.id, table: 'inbound', token });
    wakeWatches();
    return acted;
  };

/** Has them asked about a payment soon, in the commit of the row that is named. */
async function asked(
  change: ChangePayments,
  reference: string,
  { row, table, token }: { readonly row: string; readonly table: string; readonly token: string },
) {
  const now = (payment: PaymentRow): number => Math.max(0, payment.ask_from - payment.now);
  const changed = await change([{ reference, row, hinted: true }], { only: { table, column: 'id' }, actor: 'hint' });
  const payment = changed.payments.get(reference);
  const system = payment && channelNamed(payment.channel).system;
  if (payment === undefined || system == null) return { statements: [], judgedBy: [] };
  const watch = { system, query: ASK_PAYMENT, ref: reference };
  const statements = [
    ...changed.statements(token),
    payment.watched === 1
      ? askSoon(watch, now(payment), stampOf(payment.id), token)
      : openWatches(
          [
            {
              ...{ ...watch, exchange: null, only: stampOf(payment.id) },
              ...{ scheduleMs: [now(payment), 6 * HINTS_MS], forMs: 30 * HINTS_MS },
            },
          ],
          token,
        ),
  ].flat();
  return { statements, judgedBy: [...changed.judgedBy.values()].flat() };
}
