import type { BeneficiaryAccount, PaymentOrder } from '../../contracts/domain/payment.ts';
import { newPaymentReference } from '../../contracts/domain/payment-reference.ts';
import type { PaymentMethod } from '../../contracts/domain/payment-state.ts';
import { sealJson } from '../crypto/subject-keys.ts';
import { subjectsFrom } from '../crypto/subject-rows.ts';
import type { ActPlan } from '../delivery/acts/interactive.ts';
import { payableDossier } from '../dossiers/payable.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { type Statement, sql } from '../store/engine.ts';
import { type ChangePayments, PAGE } from './change.ts';
import type { Channel } from './channel.ts';
import { judge } from './fold.ts';
import { standingOf as asJournalled, journalOfNew } from './journal.ts';
import type { PaymentRules } from './rules.ts';
import {
  asKnown,
  type FactRow,
  factsOf,
  headOf,
  insertPayment,
  itemsOf,
  type PaymentRow,
  paymentsBy,
} from './statements.ts';
import { paymentCode } from './vietqr/write.ts';

/** A payment as the province asks for it. */
export interface PaymentRequest {
  readonly dossierCode: string;
  readonly method: PaymentMethod;
  readonly items: readonly {
    readonly kind: 'fee' | 'charge';
    readonly code: string;
    readonly name: string;
    readonly amountVnd: number;
  }[];
  readonly payer: PaymentOrder['payer'];
  readonly payerIp: string | null;
  readonly description: string;
  readonly returnUrl: string | null;
  readonly cancelUrl: string | null;
}

/** What is kept of a payment, sealed. */
export interface PaymentContent {
  readonly order: PaymentOrder;
  readonly returnUrl: string | null;
  readonly cancelUrl: string | null;
}
export const CONTENT = 'payment.content';

/** Why a payment is not begun. */
export type Refusal =
  | { readonly why: 'unknown-dossier' }
  | { readonly why: 'beneficiary-missing' }
  /** Of these dues one is paid, open or doubtful already. */
  | { readonly why: 'due-taken'; readonly payment: string }
  | { readonly why: 'unwritable'; readonly field: string; readonly message: string };

/** A payment that may begin: its act where somebody opens it, or its own commit where nobody does. */
export interface Prepared {
  readonly id: string;
  readonly channel: Channel;
  readonly plan: ActPlan;
  /** Where nobody opens it: the commit, first over the version that it was judged by. */
  commit(token: string): readonly Statement[];
}

/** How a payment begins that nobody opens though its channel could: under a reference that was told to them. */
export interface LookedUp {
  readonly reference: string;
}

export type PreparePayment = (request: PaymentRequest, actor: string, by?: LookedUp) => Promise<Prepared | Refusal>;

export const isRefusal = (prepared: Prepared | Refusal): prepared is Refusal => 'why' in prepared;

/** The channel that a request goes by, with the account that gets the money; undefined where there is none. */
export type PickDoor = (
  method: PaymentMethod,
  unit: string,
) => Promise<{ readonly channel: Channel; readonly beneficiary: BeneficiaryAccount } | undefined>;

/**
 * Judges a payment beside all others of its dossier, and fixes everything that will be said of it. A due is taken while
 * one of its payments is; one that may have been made, and whose page nobody ever had, gives way in the same commit.
 */
export function createPreparation(
  parts: Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'publicUrl'>,
  { change, door, rules }: { readonly change: ChangePayments; readonly door: PickDoor; readonly rules: PaymentRules },
): PreparePayment {
  const { engine, platform, vault } = parts;

  return async (request, actor, lookedUp) => {
    const { dossierCode: code, items } = request;
    // Read first: what is read after it can only be newer, and then its version has moved on.
    const [head] = await engine.all<{ version: number }>(headOf(code));
    const dossier = await payableDossier(parts, code);
    if (dossier === undefined) return { why: 'unknown-dossier' };
    const standing = await standingOf(code, items);
    const taken = standing.find(({ judged }) => !judged.dueOpen);
    if (taken !== undefined) return { why: 'due-taken', payment: taken.row.id };
    const through = await door(request.method, dossier.agency.code);
    if (through === undefined) return { why: 'beneficiary-missing' };
    const { channel, beneficiary } = through;

    const id = newId(platform, 'pay');
    const reference = lookedUp?.reference ?? newPaymentReference((count) => platform.bytes(count));
    const isAct = channel.system !== null && lookedUp === undefined;
    const amount = items.reduce((sum, { amountVnd }) => sum + amountVnd, 0);
    const madeAt = platform.wall();
    const payUntil = channel.limitMs === null ? null : madeAt + channel.limitMs;
    const order: PaymentOrder = {
      ...{ reference, amountVnd: amount, description: request.description, dossierCode: code },
      ...{ procedure: dossier.procedure, agency: dossier.agency, items, payer: request.payer },
      ...{ payerIp: request.payerIp, beneficiary, madeAt, payUntil: payUntil ?? madeAt },
      returnUrl: `${parts.publicUrl}/return/payment/${reference}`,
      cancelUrl: `${parts.publicUrl}/return/payment/${reference}`,
      notifyUrl: `${parts.publicUrl}/callbacks/${channel.system ?? channel.name}/notify`,
    };
    const transfer =
      channel.system === null ? paymentCode({ ...beneficiary, amountVnd: amount, reference, words: code }) : undefined;
    if (transfer?.ok === false)
      return { why: 'unwritable', field: transfer.fault.field, message: transfer.fault.message };

    const subject = { ...vault.newSubject(), kind: 'payment' };
    const kept: PaymentContent = { order, returnUrl: request.returnUrl, cancelUrl: request.cancelUrl };
    const content = (await sealJson(vault, subject, CONTENT, id, kept)) ?? '';
    const page = await sealJson(vault, subject, PAGE, id, transfer && { url: null, handle: null, code: transfer.text });
    const creation = lookedUp !== undefined ? ('looked-up' as const) : isAct ? ('opening' as const) : ('open' as const);
    const judged = judge({
      ...{ amount, creation, facts: [], word: null, retired: false, cancelled: 'no', expired: 'no' },
      ...{ refundOpen: false, unanswered: false, paidElsewhere: false },
    });
    const row = {
      ...{ id, subject: subject.id, dossier: code, reference, method: channel.method, channel: channel.name },
      ...{ unit: dossier.agency.code, amount, creation, state: judged.state, doubt: judged.uncertainBecause },
      ...{ feeDiffers: (await rules.differs(dossier, items)) ? (1 as const) : (0 as const), madeAt, payUntil },
      ...{ limitMs: channel.limitMs, content, page, account: beneficiary.accountNumber || null },
      items: items.map((item) => ({ kind: item.kind, code: item.code, amount: item.amountVnd })),
    };
    const gives = standing.filter(({ row: other }) => other.state === 'creating' || other.creation === 'in-doubt');
    const retire = await change(
      gives
        .filter(({ row: other }) => other.retired === 0)
        .map(({ row: other }) => ({ reference: other.reference, row: null, retired: true })),
      {
        only: isAct ? { table: 'stream', column: 'id' } : { table: 'payment_head', column: 'dossier' },
        actor,
      },
    );

    const journalled = asJournalled(judged.state, judged.uncertainBecause);
    const plan: ActPlan = {
      ...{ reference, resource: id, input: order, subject },
      judgedBy: { table: 'payment_head', column: 'dossier', row: code, version: head?.version ?? null },
      statements: ({ stream, exchange, token }) => [
        // The guard's row is the stream: `?1` and `?2` of the stamp are its id and the token.
        ...insertPayment(
          { ...row, exchange },
          'exists (select 1 from stream g where g.id = ?3 and g.written_by = ?2)',
          token,
          stream,
        ),
        journalOfNew(id, journalled, actor, token),
        ...retire.statements(token, stream),
      ],
    };
    return {
      ...{ id, channel, plan },
      commit: (token) => [
        stampHead(code, head?.version, token),
        ...insertPayment(
          { ...row, exchange: null },
          'exists (select 1 from payment_head g where g.dossier = ?3 and g.written_by = ?2)',
          token,
          code,
        ),
        subjectsFrom(
          {
            ...{ id: 'p.subject', kind: `'payment'`, ref: 'p.reference', salt: '?3', epoch: '?4' },
            source: 'from payment p where p.id = ?1 and p.written_by = ?2',
          },
          ...[id, token, subject.salt, subject.epoch],
        ),
        journalOfNew(id, journalled, actor, token),
        ...retire.statements(token, code),
      ],
    };
  };

  /** The payments of a dossier that share a due with these items, each as it stands. */
  async function standingOf(code: string, items: PaymentRequest['items']) {
    const rows = await engine.all<PaymentRow>(paymentsBy('dossier', [code]));
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const facts = Map.groupBy(await engine.all<FactRow>(factsOf(ids)), ({ payment }) => payment);
    const dues = Map.groupBy(
      await engine.all<{ payment: string; kind: string; code: string }>(itemsOf(ids)),
      ({ payment }) => payment,
    );
    const wanted = new Set(items.map((item) => `${item.kind} ${item.code}`));
    return rows
      .filter(({ id }) => (dues.get(id) ?? []).some((due) => wanted.has(`${due.kind} ${due.code}`)))
      .map((row) => ({ row, judged: judge(asKnown(row, facts.get(row.id) ?? [])) }));
  }
}

/** First of the commit: it carries the token only where nobody judged the dossier's payments since. */
const stampHead = (dossier: string, version: number | undefined, token: string): Statement =>
  version === undefined
    ? sql(
        'insert into payment_head (dossier, version, written_by) values (?1, 1, ?2) on conflict (dossier) do nothing',
        dossier,
        token,
      )
    : sql(
        'update payment_head set version = version + 1, written_by = ?2 where dossier = ?1 and version = ?3',
        ...[dossier, token, version],
      );
