import type { PaymentWord } from '../../contracts/domain/payment.ts';
import type { PaymentState } from '../../contracts/domain/payment-state.ts';
import { openJson, subjectKeys } from '../crypto/subject-keys.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { type Statement, sql } from '../store/engine.ts';
import { questionOf } from './asking.ts';
import { type Change, type ChangePayments, PAGE, type PaymentPage } from './change.ts';
import { ASK_PAYMENT, channelNamed, HINTS_MS } from './channel.ts';
import {
  CONTENT,
  isRefusal,
  type PaymentContent,
  type PaymentRequest,
  type PreparePayment,
  type Refusal,
} from './open.ts';
import { type ReceiptRow, receiptsOf } from './receipt-statements.ts';
import {
  type FactRow,
  factsOf,
  itemsOf,
  type PaymentRow,
  paymentsBy,
  takeHint,
  writtenPayments,
} from './statements.ts';

/** A payment as it stands, without any person in it. */
export interface PaymentSeen {
  readonly row: PaymentRow;
  readonly facts: readonly FactRow[];
  readonly items: readonly { readonly kind: 'fee' | 'charge'; readonly code: string; readonly amount: number }[];
  readonly page: PaymentPage | null;
  readonly receipt: ReceiptRow | undefined;
}

export interface PaymentFilter {
  readonly dossier?: string | undefined;
  readonly state?: PaymentState | undefined;
  /** Only what comes after this id. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** What became of asking a channel now. */
export type Asked = 'told' | 'not-found' | 'nobody-to-ask' | 'not-configured' | 'no-answer';
export type Cancelled = 'cancelled' | 'already-paid' | 'wrong-state' | Exclude<Asked, 'told' | 'nobody-to-ask'>;

export interface Payments {
  prepare: PreparePayment;
  /** Makes a payment that nobody has to open, in one commit with `remember`. */
  begin(
    request: PaymentRequest,
    actor: string,
    remember: (id: string, token: string) => Statement,
  ): Promise<{ readonly id: string } | Refusal>;
  find(id: string): Promise<PaymentSeen | undefined>;
  /** By id, newest first; one more than `limit` where more follow. */
  list(filter: PaymentFilter): Promise<readonly PaymentSeen[]>;
  /** Asks the channel now; for a mere hint at most once in a while. */
  ask(id: string, signal: AbortSignal, actor: string, how?: { readonly hint: boolean }): Promise<Asked>;
  /** By its reference, for the browser that comes back. */
  returned(reference: string): Promise<ReturnedPayment | undefined>;
  /** Asks first: what is paid, or may be, is not cancelled. */
  cancel(id: string, signal: AbortSignal, actor: string): Promise<Cancelled>;
}

/** What the payer's browser is told when it comes back. */
export interface ReturnedPayment {
  readonly id: string;
  readonly reference: string;
  readonly state: PaymentState;
  readonly amountVnd: number;
  readonly returnUrl: string | null;
  readonly cancelUrl: string | null;
}

/** Rounds after which a payment that keeps moving under us is given up; each means somebody else's success. */
const ROUNDS = 10;

export function createPayments(
  parts: Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'queries' | 'wakeWatches'>,
  { change, prepare }: { readonly change: ChangePayments; readonly prepare: PreparePayment },
): Payments {
  const { engine, platform, vault } = parts;

  async function seen(rows: readonly PaymentRow[]): Promise<readonly PaymentSeen[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const facts = Map.groupBy(await engine.all<FactRow>(factsOf(ids)), ({ payment }) => payment);
    const items = Map.groupBy(
      await engine.all<PaymentSeen['items'][number] & { payment: string }>(itemsOf(ids)),
      ({ payment }) => payment,
    );
    const receipts = new Map(
      (await engine.all<ReceiptRow>(receiptsOf(ids))).map((receipt) => [receipt.payment, receipt]),
    );
    const keys = await subjectKeys(
      engine,
      rows.map(({ subject }) => subject),
    );
    return Promise.all(
      rows.map(async (row) => ({
        ...{ row, facts: facts.get(row.id) ?? [], items: items.get(row.id) ?? [] },
        page: await openJson<PaymentPage>(vault, keys.get(row.subject), PAGE, row.id, row.page),
        receipt: receipts.get(row.id),
      })),
    );
  }

  const rowOf = async (id: string): Promise<PaymentRow | undefined> =>
    (await engine.all<PaymentRow>(paymentsBy('id', [id])))[0];

  /** In a commit of its own, over what was read; judged again where that moved on. */
  async function lay(one: Omit<Change, 'row'>, actor: string): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const changed = await change([{ ...one, row: null }], { actor });
      const row = changed.payments.get(one.reference);
      if (row === undefined) return;
      const token = newId(platform, 't');
      const rows = await engine.batch([...changed.statements(token), writtenPayments([row.id], token)]);
      if ((rows.at(-1)?.length ?? 0) > 0) return parts.wakeWatches();
    }
    throw new Error('a payment was changed by others too often while it was being changed');
  }

  async function ask(id: string, signal: AbortSignal, actor: string, { hint } = { hint: false }): Promise<Asked> {
    const row = await rowOf(id);
    if (row === undefined) return 'not-found';
    const { system } = channelNamed(row.channel);
    if (system === null) return 'nobody-to-ask';
    if (hint) {
      const [turn = []] = await engine.batch([takeHint(row.id, HINTS_MS)]);
      if (turn.length === 0) return 'told';
    }
    const answer = await parts.queries.run(system, ASK_PAYMENT, await questionOf(parts, row.reference), { signal });
    if (answer.kind === 'not-configured') return 'not-configured';
    if (answer.kind !== 'completed') return 'no-answer';
    await lay({ reference: row.reference, word: { said: answer.result as PaymentWord, source: 'query' } }, actor);
    return 'told';
  }

  return {
    prepare,
    async begin(request, actor, remember) {
      for (let round = 0; round < ROUNDS; round++) {
        const prepared = await prepare(request, actor);
        if (isRefusal(prepared)) return prepared;
        const token = newId(platform, 't');
        const rows = await engine.batch([
          ...prepared.commit(token),
          remember(prepared.id, token),
          writtenPayments([prepared.id], token),
        ]);
        if ((rows.at(-1)?.length ?? 0) > 0) return { id: prepared.id };
      }
      throw new Error('the payments of a dossier were changed by others too often while one was begun');
    },
    async find(id) {
      const row = await rowOf(id);
      return row && (await seen([row]))[0];
    },
    async list({ dossier, state, after, limit }) {
      const given = [
        ...(dossier === undefined ? [] : [['p.dossier =', dossier]]),
        ...(state === undefined ? [] : [['p.state =', state]]),
        ...(after === undefined ? [] : [['p.id <', after]]),
      ] as const;
      // A parameter that no condition names has no type on PostgreSQL.
      const where = given.map(([condition], index) => `${condition} ?${index + 2}`).join(' and ');
      const ids = await engine.all<{ id: string }>(
        sql(
          `select p.id from payment p ${where === '' ? '' : `where ${where}`} order by p.id desc limit cast(?1 as bigint)`,
          ...[limit + 1, ...given.map(([, value]) => value ?? '')],
        ),
      );
      const rows = await engine.all<PaymentRow>(
        paymentsBy(
          'id',
          ids.map(({ id }) => id),
        ),
      );
      return seen([...rows].sort((a, b) => (a.id < b.id ? 1 : -1)));
    },
    ask,
    async returned(reference) {
      const [row] = await engine.all<PaymentRow>(paymentsBy('reference', [reference]));
      if (row === undefined) return undefined;
      const keys = await subjectKeys(engine, [row.subject]);
      const kept = await openJson<PaymentContent>(vault, keys.get(row.subject), CONTENT, row.id, row.content);
      return {
        ...{ id: row.id, reference, state: row.state, amountVnd: row.amount },
        ...{ returnUrl: kept?.returnUrl ?? null, cancelUrl: kept?.cancelUrl ?? null },
      };
    },
    async cancel(id, signal, actor) {
      const asked = await ask(id, signal, actor);
      if (asked !== 'told' && asked !== 'nobody-to-ask') return asked;
      const row = await rowOf(id);
      if (row === undefined) return 'not-found';
      if (row.state === 'cancelled') return 'cancelled';
      if (row.net > 0 || row.doubt === 'pending' || row.doubt === 'unlisted') return 'already-paid';
      if (row.state !== 'awaiting-payment' && row.state !== 'creating') return 'wrong-state';
      await lay({ reference: row.reference, cancelled: true }, actor);
      return (await rowOf(id))?.state === 'cancelled' ? 'cancelled' : 'already-paid';
    },
  };
}
