import type { PaymentOrder } from '../../contracts/domain/payment.ts';
import { openJson, subjectKeys } from '../crypto/subject-keys.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import type { RoomParts } from '../room.ts';
import { channelNamed, channels } from './channel.ts';
import { CONTENT, type PaymentContent } from './open.ts';
import { type PaymentRow, paymentsBy } from './statements.ts';

/** Channels whose payments have no receipt unless somebody issues one. */
export const withoutReceipts: readonly string[] = channels.filter(({ receipts }) => !receipts).map(({ name }) => name);

/** What a receipt for a payment is made of. */
export interface ReceiptedPayment {
  readonly order: PaymentOrder;
  readonly subject: SubjectKey;
  /** By transfer, told by its code; else on somebody's page. */
  readonly byTransfer: boolean;
  /** Money that is there and was asked for, whole đồng; null while nobody knows how much went back. */
  readonly collectedVnd: number | null;
}

/** Undefined where there is no such payment, or its payer was erased. */
export async function receiptedPayment(
  { engine, vault }: Pick<RoomParts, 'engine' | 'vault'>,
  id: string,
): Promise<ReceiptedPayment | undefined> {
  const [row] = await engine.all<PaymentRow>(paymentsBy('id', [id]));
  if (row === undefined) return undefined;
  const subject = (await subjectKeys(engine, [row.subject])).get(row.subject);
  const kept = await openJson<PaymentContent>(vault, subject, CONTENT, row.id, row.content);
  if (subject === undefined || kept === null) return undefined;
  return {
    ...{ order: kept.order, subject, byTransfer: channelNamed(row.channel).system === null },
    collectedVnd: collected(row),
  };
}

function collected({ state, doubt, net, amount }: PaymentRow): number | null {
  // They may have said that money went back, and not how much.
  if (state === 'partly-refunded' && doubt === 'refund') return null;
  return state === 'paid' || state === 'partly-refunded' ? Math.min(net, amount) : 0;
}
