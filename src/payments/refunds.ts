import type { RefundMade, RefundOrder } from '../../contracts/domain/payment.ts';
import { newPaymentReference } from '../../contracts/domain/payment-reference.ts';
import { approve, approvedNow, ask, type Hand, type SecondVerdict, secondVerdict } from '../access/four-eyes.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { keptWords, readWord, type WordsPlace } from '../crypto/kept-words.ts';
import { openJson, subjectKeys } from '../crypto/subject-keys.ts';
import { enqueueActs, sealAct } from '../delivery/acts/queued.ts';
import { actOperation } from '../delivery/acts/sealed-input.ts';
import { lockJudged } from '../delivery/judged.ts';
import { type RoomOperation, type SettledExchange, whereStamped } from '../delivery/operations.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { type Statement, sql } from '../store/engine.ts';
import { type ChangePayments, keyOf, PAGE, type PaymentPage } from './change.ts';
import { channelNamed, REFUND } from './channel.ts';
import { clearCode, clearId } from './clear-words.ts';
import { type PaymentRow, paymentsBy } from './statements.ts';

export type RefundState = 'awaiting-approval' | 'sending' | 'done' | 'refused' | 'uncertain' | 'not-sent';

/** Money that is to go back, or went. */
export interface RefundRow {
  readonly id: string;
  readonly payment: string;
  readonly n: number;
  readonly reference: string;
  readonly amount: number;
  readonly reason: string;
  readonly state: RefundState;
  readonly code: string | null;
  readonly transaction_id: string | null;
  readonly asked_by: string;
  readonly asked_at: number;
  readonly approved_by: string | null;
  readonly approved_at: number | null;
}

const COLUMNS =
  'r.id, r.payment, r.n, r.reference, r.amount, r.reason, r.state, r.code, r.transaction_id, r.asked_by, r.asked_at, r.approved_by, r.approved_at';

export const refundsOf = (payment: string): Statement =>
  sql(`select ${COLUMNS} from payment_refund r where r.payment = ?1 order by r.n`, payment);

/** What may come of asking for a refund, or of approving one. */
export type RefundRefusal =
  | 'not-found'
  /** The channel has none: it is paid back outside, and recorded by two people. */
  | 'not-offered'
  /** Nothing is there to be given back, less than is asked for, or another refund is open. */
  | 'wrong-state'
  | 'second-person'
  | Exclude<SecondVerdict, 'may'>;

export interface Refunds {
  list(payment: string): Promise<readonly RefundRow[]>;
  ask(
    payment: string,
    asked: { readonly amountVnd: number; readonly reason: string },
    by: Hand,
    remember: (id: string, token: string) => Statement,
  ): Promise<{ readonly refund: string } | RefundRefusal>;
  approve(payment: string, n: number, by: Hand): Promise<'approved' | RefundRefusal>;
}

const reasonAt = (row: string): WordsPlace => ({ column: 'payment_refund.reason', row });

/** Asked by one, approved by another, sent once: the money is reserved in the commit that asks, and one is open at a time. */
export function createRefunds(
  parts: Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'wake'>,
  change: ChangePayments,
): Refunds {
  const { engine, platform, vault } = parts;
  const paymentOf = async (id: string): Promise<PaymentRow | undefined> =>
    (await engine.all<PaymentRow>(paymentsBy('id', [id])))[0];

  return {
    list: async (payment) => {
      const rows = await engine.all<RefundRow>(refundsOf(payment));
      return Promise.all(
        rows.map(async (row) => ({ ...row, reason: await readWord(vault, reasonAt(row.id), row.reason) })),
      );
    },
    async ask(payment, { amountVnd, reason }, by, remember) {
      const row = await paymentOf(payment);
      if (row === undefined) return 'not-found';
      if (!channelNamed(row.channel).refunds) return 'not-offered';
      if (row.refund_open === 1 || row.net < amountVnd || row.doubt !== null) return 'wrong-state';
      const n = (await engine.all(refundsOf(payment))).length + 1;
      const id = newId(platform, 'rfd');
      const token = newId(platform, 't');
      const why = await keptWords(vault, reasonAt(id), reason);
      const judgedBy = [{ table: 'payment', column: 'id', row: row.id, version: row.version }];
      const reserved = await change([{ reference: row.reference, row: `refund:${id}`, refundOpen: true }], {
        only: { table: 'approval', column: 'id' },
        actor: by.id,
      });
      const answers = await engine.batch([
        ...lockJudged(judgedBy),
        ...ask({ kind: 'refund', ref: id }, by, {
          ...{ weight: 1, limit: 0, token },
          // Asked for as it was seen, or not at all. Id and number are our own.
          open: () => `exists (select 1 from payment p where p.id = '${row.id}' and p.version = ${row.version})`,
        }),
        ...reserved.statements(token),
        sql(
          `insert into payment_refund (id, payment, n, reference, amount, reason, state, asked_by, asked_at, written_by)
           select ?3, p.id, cast(?4 as bigint), ?5, cast(?6 as bigint), ?7, 'awaiting-approval', ?8, {at}, ?2
             from payment p where p.id = ?1 and p.written_by = ?2`,
          ...[payment, token, id, n, newPaymentReference((count) => platform.bytes(count)), amountVnd, why, by.id],
        ),
        noted(id, 'awaiting-approval', by.id, token),
        remember(id, token),
        sql('select r.id from payment_refund r where r.id = ?1 and r.written_by = ?2', id, token),
      ]);
      if ((answers.at(-1)?.length ?? 0) > 0) return { refund: id };
      return by.kind === 'person' ? 'wrong-state' : 'second-person';
    },
    async approve(payment, n, by) {
      const row = await paymentOf(payment);
      const refund = (await engine.all<RefundRow>(refundsOf(payment))).find((each) => each.n === n);
      if (row === undefined || refund === undefined) return 'not-found';
      const { system } = channelNamed(row.channel);
      if (system === null) return 'not-offered';
      const act = { kind: 'refund', ref: refund.id } as const;
      const verdict = await secondVerdict(engine, act, by);
      if (verdict !== 'may') return verdict;
      const key = (await subjectKeys(engine, [row.subject])).get(row.subject);
      const page = await openJson<PaymentPage>(vault, key, PAGE, row.id, row.page);
      if (key === undefined || page?.handle == null) return 'not-offered';
      const input: RefundOrder = {
        ...{ reference: refund.reference, of: row.reference, handle: page.handle },
        ...{ amountVnd: refund.amount, reason: `Hoan tra ${row.reference}` },
      };
      const sealed = await sealAct(parts, {
        ...{ system, operation: REFUND, reference: refund.reference, input, actor: by.id },
        subject: { ...key, kind: 'payment' },
      });
      const token = newId(platform, 't');
      const answers = await engine.batch([
        ...lockJudged([{ table: 'payment', column: 'id', row: row.id, version: row.version }]),
        ...approve(act, by, {
          token,
          // The money has to be there still.
          open: (ref) =>
            `exists (select 1 from payment_refund r join payment p on p.id = r.payment and p.net >= r.amount where r.id = ${ref} and r.state = 'awaiting-approval')`,
        }),
        sql(
          `update payment_refund set state = 'sending', approved_by = ?3, approved_at = {at}, written_by = ?2
            where id = ?1 and state = 'awaiting-approval' and ${approvedNow('refund', '?1', '?2')}`,
          ...[refund.id, token, by.id],
        ),
        noted(refund.id, 'sending', by.id, token),
        ...enqueueActs({
          acts: [{ ...sealed, stampedRow: refund.id }],
          stampedBy: { table: 'payment_refund', column: 'id' },
          token,
        }),
        sql('select r.id from payment_refund r where r.id = ?1 and r.written_by = ?2', refund.id, token),
      ]);
      if ((answers.at(-1)?.length ?? 0) === 0) {
        const meanwhile = await secondVerdict(engine, act, by);
        return meanwhile === 'may' ? 'not-awaiting' : meanwhile;
      }
      parts.wake(`${system}/command`);
      return 'approved';
    },
  };
}

/** A line of the journal beside the payment's states, where this batch wrote the refund. */
const noted = (id: string, to: string, actor: string, token: string): Statement =>
  journalLines(
    {
      ...{ id: `r.id || ':' || ?2`, ref: `'payment:' || r.payment`, to: `'refund ' || ?3`, actor: '?4' },
      source: 'from payment_refund r where r.id = ?1 and r.written_by = ?2',
    },
    ...[id, token, to, actor],
  );

/** What the end of sending a refund means: a fact of its payment where the money went. */
export const refundingOf = (
  parts: Pick<RoomParts, 'engine' | 'platform' | 'vault'>,
  system: string,
  change: ChangePayments,
): RoomOperation =>
  actOperation(parts, async (settled, token) => {
    const { engine, platform } = parts;
    const statements: Statement[] = [];
    for (const { key, stream, state, outcome } of settled) {
      const [refund] = await engine.all<RefundRow & { of: string; channel: string }>(
        sql(
          `select ${COLUMNS}, p.reference as of, p.channel from payment_refund r join payment p on p.id = r.payment where r.reference = ?1`,
          key,
        ),
      );
      if (refund === undefined) continue;
      const made = outcome?.kind === 'completed' ? (outcome.result as RefundMade) : undefined;
      const to = stateOf(state);
      const fact = { kind: 'refunded', amount: { amount: refund.amount, currency: 'VND' }, at: null } as const;
      const theirs = made === undefined ? null : await clearId(parts.vault, made.transaction);
      const transaction = theirs ?? refund.reference;
      const { ledger } = channelNamed(refund.channel);
      const changed = await change(
        [
          {
            ...{ reference: refund.of, row: stream, refundOpen: to === 'sending' || to === 'uncertain' },
            facts:
              to !== 'done'
                ? []
                : [
                    {
                      ...{ id: newId(platform, 'fact'), key: keyOf(ledger, refund.of, { ...fact, transaction }) },
                      ...{ kind: 'refunded', amount: refund.amount, currency: 'VND', transaction, at: null },
                      ...{ source: 'query', attested: 0, replaces: [], code: null },
                    },
                  ],
          },
        ],
        { only: { table: 'stream', column: 'id' }, actor: `system:${system}` },
      );
      statements.push(
        ...changed.statements(token),
        sql(
          `update payment_refund set state = ?4, code = ?5, transaction_id = ?6, written_by = ?2
            where reference = ?3 and ${whereStamped('stream')}
              and exists (select 1 from payment p where p.id = payment_refund.payment and p.written_by = ?2)`,
          ...[stream, token, key, to, outcome?.kind === 'rejected' ? clearCode(outcome.code) : null, theirs],
        ),
      );
    }
    return {
      statements,
      tookHold: { table: 'payment_refund', column: 'reference', rowOf: ({ key }: SettledExchange) => key },
    };
  });

function stateOf(state: SettledExchange['state']): RefundState {
  switch (state) {
    case 'delivered':
      return 'done';
    case 'rejected':
      return 'refused';
    case 'cancelled':
      return 'not-sent';
    case 'uncertain':
    case 'dead':
      return 'uncertain';
    default:
      return 'sending';
  }
}
