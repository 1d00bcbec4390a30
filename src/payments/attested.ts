import type { FactKind } from '../../contracts/domain/payment-state.ts';
import { approve, ask, askedNow, type Hand, type SecondVerdict, secondVerdict } from '../access/four-eyes.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { keptWords, readWord, type WordsPlace } from '../crypto/kept-words.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { type Statement, sql } from '../store/engine.ts';
import type { ChangePayments } from './change.ts';
import { type FactRow, factsOf, type PaymentRow, paymentsBy } from './statements.ts';

/** What a person says of a payment that no channel says: money that came or went outside, a word that was wrong. */
export interface Attestation {
  readonly kind: FactKind;
  /** Whole đồng; null where the kind has none. */
  readonly amountVnd: number | null;
  /** When it happened, RFC 3339. */
  readonly at: string;
  /** The paper that shows it, by its number. */
  readonly document: string;
  readonly reason: string;
  /** Ids of facts of the payment that it takes the place of. */
  readonly replaces: readonly string[];
}

export interface AttestedRow {
  readonly id: string;
  readonly payment: string;
  readonly n: number;
  readonly kind: FactKind;
  readonly amount: number | null;
  readonly said_at: string;
  readonly document: string;
  readonly reason: string;
  readonly replaces: string;
  readonly state: 'awaiting-approval' | 'approved';
  readonly asked_by: string;
  readonly asked_at: number;
  readonly approved_by: string | null;
  readonly approved_at: number | null;
}

const attestedOf = (payment: string): Statement =>
  sql(
    `select a.id, a.payment, a.n, a.kind, a.amount, a.said_at, a.document, a.reason, a.replaces, a.state, a.asked_by, a.asked_at, a.approved_by, a.approved_at
       from payment_attested a where a.payment = ?1 order by a.n`,
    payment,
  );

export type AttestRefusal =
  | 'not-found'
  /** It names a fact that the payment does not have. */
  | 'unknown-fact'
  | 'second-person'
  | Exclude<SecondVerdict, 'may'>;

export interface Attested {
  list(payment: string): Promise<readonly AttestedRow[]>;
  ask(
    payment: string,
    said: Attestation,
    by: Hand,
    remember: (id: string, token: string) => Statement,
  ): Promise<{ readonly id: string } | AttestRefusal>;
  approve(payment: string, n: number, by: Hand): Promise<'approved' | AttestRefusal>;
}

const at = (what: 'document' | 'reason', row: string): WordsPlace => ({ column: `payment_attested.${what}`, row });

/** A fact that two people stand behind: asked for by one, counted when another has approved it. */
export function createAttested(
  parts: Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'wakeWatches'>,
  change: ChangePayments,
): Attested {
  const { engine, platform, vault } = parts;
  const paymentOf = async (id: string): Promise<PaymentRow | undefined> =>
    (await engine.all<PaymentRow>(paymentsBy('id', [id])))[0];

  return {
    list: async (payment) => {
      const rows = await engine.all<AttestedRow>(attestedOf(payment));
      return Promise.all(
        rows.map(async (row) => {
          const [document, reason] = await Promise.all([
            readWord(vault, at('document', row.id), row.document),
            readWord(vault, at('reason', row.id), row.reason),
          ]);
          return { ...row, document, reason };
        }),
      );
    },
    async ask(payment, said, by, remember) {
      if ((await paymentOf(payment)) === undefined) return 'not-found';
      const facts = new Set((await engine.all<FactRow>(factsOf([payment]))).map(({ id }) => id));
      if (!said.replaces.every((id) => facts.has(id))) return 'unknown-fact';
      const n = (await engine.all(attestedOf(payment))).length + 1;
      const id = newId(platform, 'att');
      const token = newId(platform, 't');
      const [document, reason] = await Promise.all([
        keptWords(vault, at('document', id), said.document),
        keptWords(vault, at('reason', id), said.reason),
      ]);
      const answers = await engine.batch([
        ...ask({ kind: 'payment-fact', ref: id }, by, { weight: 1, limit: 0, token }),
        sql(
          `insert into payment_attested (id, payment, n, kind, amount, said_at, document, reason, replaces, state, asked_by, asked_at, written_by)
           select ?1, ?3, cast(?4 as bigint), ?5, cast(?6 as bigint), ?7, ?8, ?9, ?10, 'awaiting-approval', ?11, {at}, ?2
            where ${askedNow('payment-fact', '?1', '?2')} on conflict (payment, n) do nothing`,
          ...[id, token, payment, n, said.kind, said.amountVnd, said.at, document, reason],
          ...[JSON.stringify(said.replaces), by.id],
        ),
        noted(id, 'awaiting-approval', by.id, token),
        remember(id, token),
        sql('select a.id from payment_attested a where a.id = ?1 and a.written_by = ?2', id, token),
      ]);
      if ((answers.at(-1)?.length ?? 0) > 0) return { id };
      return by.kind === 'person' ? 'not-awaiting' : 'second-person';
    },
    async approve(payment, n, by) {
      const row = await paymentOf(payment);
      const said = (await engine.all<AttestedRow>(attestedOf(payment))).find((each) => each.n === n);
      if (row === undefined || said === undefined) return 'not-found';
      const act = { kind: 'payment-fact', ref: said.id } as const;
      const verdict = await secondVerdict(engine, act, by);
      if (verdict !== 'may') return verdict;
      const document = await readWord(vault, at('document', said.id), said.document);
      const changed = await change(
        [
          {
            ...{ reference: row.reference, row: `payment-fact:${said.id}` },
            facts: [
              {
                ...{ id: newId(platform, 'fact'), key: `person:${said.id}`, kind: said.kind, amount: said.amount },
                ...{ currency: said.amount === null ? null : 'VND', transaction: document, at: said.said_at },
                ...{ source: 'person', attested: 1, replaces: JSON.parse(said.replaces) as string[], code: null },
              },
            ],
          },
        ],
        { only: { table: 'approval', column: 'id' }, actor: by.id },
      );
      const token = newId(platform, 't');
      const answers = await engine.batch([
        ...approve(act, by, {
          token,
          // Approved as it was seen: what the payment was judged by may not have moved on. The number is our own.
          open: (ref) =>
            `exists (select 1 from payment_attested a where a.id = ${ref} and a.state = 'awaiting-approval')
             and exists (select 1 from payment p where p.id = (select a.payment from payment_attested a where a.id = ${ref}) and p.version = ${row.version})`,
        }),
        ...changed.statements(token),
        sql(
          `update payment_attested set state = 'approved', approved_by = ?3, approved_at = {at}, written_by = ?2
            where id = ?1 and exists (select 1 from payment p where p.id = payment_attested.payment and p.written_by = ?2)`,
          ...[said.id, token, by.id],
        ),
        noted(said.id, 'approved', by.id, token),
        sql('select a.id from payment_attested a where a.id = ?1 and a.written_by = ?2', said.id, token),
      ]);
      if ((answers.at(-1)?.length ?? 0) === 0) {
        const meanwhile = await secondVerdict(engine, act, by);
        return meanwhile === 'may' ? 'not-awaiting' : meanwhile;
      }
      parts.wakeWatches();
      return 'approved';
    },
  };
}

/** A line of the journal beside the payment's states, where this batch wrote it. */
const noted = (id: string, to: string, actor: string, token: string): Statement =>
  journalLines(
    {
      ...{ id: `a.id || ':' || ?2`, ref: `'payment:' || a.payment`, to: `'fact of people ' || ?3` },
      ...{ actor: '?4', source: 'from payment_attested a where a.id = ?1 and a.written_by = ?2' },
    },
    ...[id, token, to, actor],
  );
