import type { PaymentState } from '../../contracts/domain/payment-state.ts';
import { subjectKeys } from '../crypto/subject-keys.ts';
import type { RoomParts } from '../room.ts';
import { channelNamed } from './channel.ts';
import { type ReceiptRow, type ReceiptState, receiptsOf } from './receipt-statements.ts';
import { type PaymentRow, paymentsBy } from './statements.ts';

/** `inactive`: it was kept, and the payment went back whole since. */
type ReceiptStanding = ReceiptState | 'none' | 'inactive';

export function receiptStanding(payment: PaymentState, receipt: ReceiptRow | undefined): ReceiptStanding {
  if (receipt === undefined) return 'none';
  if (payment !== 'refunded' || receipt.state === 'given-up') return receipt.state;
  return receipt.state === 'kept' ? 'inactive' : 'none';
}

export type ReceiptFound =
  | { readonly kind: 'kept' | 'inactive'; readonly file: string }
  | { readonly kind: 'not-found' | 'erased' | 'not-available-here' }
  | {
      readonly kind: 'none';
      readonly why: 'not-paid' | 'not-offered' | 'refunded' | 'due' | 'given-up';
      /** Until it is fetched next. */
      readonly waitMs: number | null;
    };

/** What a payment has of a receipt, and why it has none. */
export async function findReceipt(
  { engine, fileStore }: Pick<RoomParts, 'engine' | 'fileStore'>,
  payment: string,
): Promise<ReceiptFound> {
  const [row] = await engine.all<PaymentRow>(paymentsBy('id', [payment]));
  if (row === undefined) return { kind: 'not-found' };
  if (!(await subjectKeys(engine, [row.subject])).has(row.subject)) return { kind: 'erased' };
  const [receipt] = await engine.all<ReceiptRow>(receiptsOf([payment]));
  const kind = receiptStanding(row.state, receipt);
  if ((kind === 'kept' || kind === 'inactive') && receipt?.file != null) return { kind, file: receipt.file };
  // Without a place for documents none is fetched.
  if (kind === 'due' && fileStore === undefined) return { kind: 'not-available-here' };
  if (kind === 'due' && receipt !== undefined)
    return { kind: 'none', why: 'due', waitMs: Math.max(0, receipt.due_at - receipt.now) };
  const offered = channelNamed(row.channel).receipts;
  const unpaid = row.state === 'refunded' ? 'refunded' : 'not-paid';
  return { kind: 'none', why: kind === 'given-up' ? kind : offered ? unpaid : 'not-offered', waitMs: null };
}
