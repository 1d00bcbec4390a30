import type { PaymentOrder } from '../../contracts/domain/payment.ts';
import { newPaymentReference } from '../../contracts/domain/payment-reference.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { happened, raise } from '../chronicle/raise.ts';
import { sealJson } from '../crypto/subject-keys.ts';
import { subjectsFrom } from '../crypto/subject-rows.ts';
import { payableDossier } from '../dossiers/payable.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { type Statement, sql } from '../store/engine.ts';
import { LAND_TAX } from './channel.ts';
import { paymentEvents } from './event-types.ts';
import { judge } from './fold.ts';
import { journalOfNew, standingOf } from './journal.ts';
import { CONTENT, type PaymentContent } from './open.ts';
import { insertFacts, insertPayment } from './statements.ts';

/** What somebody else took and proves: no payment of ours precedes it. */
export interface ProvenPayment {
  readonly dossier: string;
  /** Names what was paid among the dues of the dossier, as a clear column takes it. */
  readonly decision: string;
  readonly amountVnd: number;
  /** A keyed digest by which this payment is told from another. */
  readonly identity: string;
  /** All that was due was paid before. */
  readonly isSurplus: boolean;
  /** Their time. */
  readonly at: string;
  readonly payer: {
    readonly name: string | null;
    readonly identityNumber: string | null;
    readonly address: string | null;
  };
  readonly treasuryAccount: string | null;
  readonly chapter: string | null;
  readonly subItem: string | null;
  /** The row that the commit stamps before. */
  readonly only: { readonly table: string; readonly column: string; readonly row: string };
  readonly actor: string;
}
export interface Proven {
  /** Of the payment. */
  readonly id: string;
  statements(token: string): readonly Statement[];
}

/** Dues of land taxes are items of this kind; their code is the number of the notice. */
const ITEM = 'charge';

/**
 * A payment that begins and ends with a proof: their word is its one fact. Whoever pays what was paid already has paid too
 * much, which is shown as surplus.
 */
export async function provenPayment(
  parts: Pick<RoomParts, 'engine' | 'platform' | 'vault'>,
  proven: ProvenPayment,
): Promise<Proven> {
  const { platform, vault } = parts;
  const { dossier: code, decision, amountVnd, actor, only, isSurplus } = proven;
  const dossier = await payableDossier(parts, code);
  const id = newId(platform, 'pay');
  const reference = newPaymentReference((count) => platform.bytes(count));
  const madeAt = platform.wall();
  const fact = { id: newId(platform, 'fact'), kind: 'paid' as const, amount: amountVnd, currency: 'VND' };
  const judged = judge({
    ...{ amount: amountVnd, creation: 'looked-up', word: null, retired: false, cancelled: 'no', expired: 'no' },
    ...{ refundOpen: false, unanswered: false, paidElsewhere: isSurplus },
    facts: [{ ...fact, attested: false, replaces: [] }],
  });
  const item = { kind: ITEM as 'charge', code: decision, name: 'Thuế đất (land taxes)', amountVnd };
  const order: PaymentOrder = {
    ...{ reference, amountVnd, description: 'Nop thue dat', dossierCode: code, items: [item], payerIp: null },
    procedure: dossier?.procedure ?? { code: '', name: '' },
    agency: dossier?.agency ?? { code: '', name: '' },
    payer: { ...proven.payer, name: proven.payer.name ?? '', phone: null, email: null },
    beneficiary: {
      ...{ bankBin: '', accountNumber: proven.treasuryAccount ?? '', accountName: 'Kho bạc Nhà nước' },
      ...{ treasuryAccount: proven.treasuryAccount, chapter: proven.chapter, subItem: proven.subItem },
    },
    ...{ returnUrl: '', cancelUrl: '', notifyUrl: '', madeAt, payUntil: madeAt },
  };
  const subject = { ...vault.newSubject(), kind: 'payment' };
  const kept: PaymentContent = { order, returnUrl: null, cancelUrl: null };
  const content = (await sealJson(vault, subject, CONTENT, id, kept)) ?? '';
  const data = {
    ...{ payment: id, dossierCode: code, reference, state: judged.state, uncertainBecause: judged.uncertainBecause },
    ...{ amountVnd, surplusVnd: judged.surplus },
  };
  const told = [paymentEvents.paid, ...(judged.surplus > 0 ? [paymentEvents.surplus] : [])].map((type) => ({
    ...happened(platform, type, { system: null, ref: code, data }),
    payment: id,
  }));

  return {
    id,
    statements: (token) => [
      // Whoever judges the payments of this dossier meanwhile judges them again.
      sql(
        `insert into payment_head (dossier, version, written_by)
         select ?1, 1, ?2 from ${only.table} g where g.${only.column} = ?3 and g.written_by = ?2
         on conflict (dossier) do update set version = payment_head.version + 1, written_by = excluded.written_by`,
        ...[code, token, only.row],
      ),
      ...insertPayment(
        {
          ...{ id, subject: subject.id, dossier: code, reference, method: LAND_TAX.method, channel: LAND_TAX.name },
          ...{ unit: dossier?.agency.code ?? '', amount: amountVnd, exchange: null, creation: 'looked-up' },
          ...{ state: judged.state, doubt: judged.uncertainBecause, feeDiffers: 0, madeAt, payUntil: null },
          ...{
            limitMs: null,
            content,
            page: null,
            account: proven.treasuryAccount,
            items: [{ kind: item.kind, code: item.code, amount: amountVnd }],
          },
        },
        `exists (select 1 from ${only.table} g where g.${only.column} = ?3 and g.written_by = ?2)`,
        token,
        only.row,
      ),
      sql(
        `update payment set net = cast(?3 as bigint), surplus = cast(?4 as bigint), paid_elsewhere = cast(?5 as bigint) where id = ?1 and written_by = ?2`,
        ...[id, token, judged.net, judged.surplus, isSurplus ? 1 : 0],
      ),
      subjectsFrom(
        {
          ...{ id: 'p.subject', kind: `'payment'`, ref: 'p.reference', salt: '?3', epoch: '?4' },
          source: 'from payment p where p.id = ?1 and p.written_by = ?2',
        },
        ...[id, token, subject.salt, subject.epoch],
      ),
      insertFacts(
        [
          {
            ...{ ...fact, payment: id, key: `${LAND_TAX.ledger}:${code}:paid:${proven.identity}` },
            ...{ transaction: null, at: proven.at, source: 'callback', attested: 0, replaces: [], code: null },
          },
        ],
        vietnamTime(madeAt).slice(0, 10),
        token,
      ),
      journalOfNew(id, standingOf(judged.state, judged.uncertainBecause), actor, token),
      raise(told, `join payment p on p.id = v.value->>'payment' and p.written_by = ?2`, token),
    ],
  };
}
