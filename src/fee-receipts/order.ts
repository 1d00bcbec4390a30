import type { ReceiptIssued, ReceiptLine, ReceiptToCancel, ReceiptToIssue } from '../../contracts/domain/receipt.ts';
import type { ReceiptedPayment } from '../payments/receipted.ts';
import type { FeeReceiptRow } from './statements.ts';

/** One receipt of a payment stands under one key, whatever is sent how often: the first, and those in its place. */
export const keyOf = (reference: string, n: number): string => `BL-${reference}${n === 1 ? '' : `-${n}`}`;

/**
 * The lines of what is left of a payment, whole đồng. Nobody says of which due money went back: a line of exactly that
 * sum is left out, else the last ones give way first.
 */
export function linesLeft(lines: readonly ReceiptLine[], leftVnd: number): readonly ReceiptLine[] {
  let gone = lines.reduce((sum, { amountVnd }) => sum + amountVnd, 0) - leftVnd;
  const same = lines.findLastIndex(({ amountVnd }) => amountVnd === gone);
  if (same !== -1) return lines.filter((_line, index) => index !== same);
  return lines
    .toReversed()
    .flatMap((line) => {
      const taken = Math.min(gone, line.amountVnd);
      gone -= taken;
      return taken === line.amountVnd ? [] : [{ ...line, amountVnd: line.amountVnd - taken }];
    })
    .toReversed();
}

/** The receipt number `n` of a payment, for what is there of its money. */
export function receiptToIssue(
  row: Pick<FeeReceiptRow, 'reference' | 'paid_at'>,
  { order, byTransfer }: Pick<ReceiptedPayment, 'order' | 'byTransfer'>,
  n: number,
  totalVnd: number,
): ReceiptToIssue {
  const { payer } = order;
  return {
    ...{ key: keyOf(row.reference, n), dossierCode: order.dossierCode, procedureCode: order.procedure.code },
    payer: {
      ...{ name: payer.name, taxCode: null, identityNumber: payer.identityNumber },
      ...{ address: payer.address, phone: payer.phone, email: payer.email },
    },
    lines: linesLeft(
      order.items.map(({ code, name, kind, amountVnd }) => ({ code, name, kind, amountVnd })),
      totalVnd,
    ),
    ...{ totalVnd, paidAt: row.paid_at, method: byTransfer ? 'transfer' : 'online', decisionNumber: null },
  };
}

/** That a receipt is to go. The paper is our own word that money went back. [assumed] */
export const receiptToCancel = (
  row: Pick<FeeReceiptRow, 'reference' | 'paid_at'>,
  of: ReceiptIssued,
  at: number,
): ReceiptToCancel => ({
  ...{ of, ofPaidAt: row.paid_at, reason: 'Hoàn trả phí, lệ phí' },
  document: { number: `HT-${row.reference}`, at },
});
