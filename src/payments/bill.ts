import type { BillQuestion } from '../../adapters/payment-platform/lookup-bill.ts';
import type { Bill } from '../../contracts/domain/payment.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { openJson, subjectKeys } from '../crypto/subject-keys.ts';
import { payableDossier } from '../dossiers/payable.ts';
import { newId } from '../platform.ts';
import type { Asker, RoomParts } from '../room.ts';
import { CONTENT, isRefusal, type PaymentContent, type PaymentRequest, type PreparePayment } from './open.ts';
import { type PaymentRow, paymentsBy, writtenPayments } from './statements.ts';

/** Rounds after which a dossier whose payments keep moving is answered as failed. */
const ROUNDS = 10;
const ACTOR = 'system:payment-platform';

/**
 * What a dossier owes, for the national platform that lets it be paid without a page of ours: the fees that the province
 * told and nobody has paid, where no payment of them is open or doubtful. Each answer makes an attempt that the later
 * notice names; two lookups in one second get the same. One that was looked up before and not paid gives way.
 */
export const billOf =
  (parts: Pick<RoomParts, 'engine' | 'platform' | 'vault'>, prepare: PreparePayment): Asker =>
  async (question) => {
    const { dossierCode } = question.data as BillQuestion;
    const nothing = { answer: undefined, statements: [] };
    for (let round = 0; round < ROUNDS; round++) {
      const reference = `${dossierCode}${stampOf(parts.platform.wall())}`;
      const before = await known(reference);
      if (before !== undefined) return before === 'over' ? nothing : { answer: before, statements: [] };
      const dossier = await payableDossier(parts, dossierCode);
      const fees = (dossier?.fees ?? []).filter(({ paidBy, amount }) => paidBy == null && amount.amount > 0);
      if (dossier === undefined || fees.length === 0) return nothing;
      const request: PaymentRequest = {
        ...{ dossierCode, method: 'national', payerIp: null, returnUrl: null, cancelUrl: null },
        items: fees.map(({ kind, code, name, amount }) => ({ kind, code, name, amountVnd: amount.amount })),
        payer: { name: dossier.applicant, identityNumber: null, phone: null, email: null, address: null },
        description: `Thanh toan ho so ${dossierCode}`,
      };
      const prepared = await prepare(request, ACTOR, { reference });
      if (isRefusal(prepared)) return nothing;
      const token = newId(parts.platform, 't');
      // Its own commit, before the answer: what they are told of must stand here, or their notice would name nothing.
      const rows = await parts.engine.batch([...prepared.commit(token), writtenPayments([prepared.id], token)]);
      if ((rows.at(-1)?.length ?? 0) === 0) continue;
      const made = await known(reference);
      return made === 'over' ? nothing : { answer: made, statements: [] };
    }
    throw new Error('the payments of a dossier were changed by others too often while its bill was made');

    /** `over`: it was looked up in this second, and is paid or has given way since. */
    async function known(reference: string): Promise<Bill | 'over' | undefined> {
      const [row] = await parts.engine.all<PaymentRow>(paymentsBy('reference', [reference]));
      if (row === undefined) return undefined;
      if (row.state !== 'creating' || row.retired === 1) return 'over';
      const keys = await subjectKeys(parts.engine, [row.subject]);
      const kept = await openJson<PaymentContent>(parts.vault, keys.get(row.subject), CONTENT, row.id, row.content);
      return kept === null ? undefined : { reference, order: kept.order };
    }
  };

/** `yyyyMMddHHmmss` in Vietnam (WIRE.md 2.4). */
const stampOf = (wall: number): string => vietnamTime(wall).slice(0, 19).replace(/\D/g, '');
