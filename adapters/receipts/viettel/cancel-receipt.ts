import type { ReceiptCancelled, ReceiptToCancel } from '../../../contracts/domain/receipt.ts';
import { type CallContext, completed } from '../../adapter.ts';
import type { Answer } from '../../kit/coded-answer.ts';
import { cut } from '../../kit/text.ts';
import type { ReceiptsConfig } from '../config.ts';
import { refusesOther } from './codes.ts';
import { converse, doubtOf } from './service.ts';
import { LONGEST, path } from './wire.ts';

/** `cancelTransactionInvoice`, with the issue date and the paper that says why (WIRE-2 2.8); its field names are assumed. */
export function cancel(
  config: ReceiptsConfig,
  { of, ofPaidAt, reason, document }: ReceiptToCancel,
  context: CallContext,
): Promise<Answer<ReceiptCancelled>> {
  return converse<ReceiptCancelled>(config, context, {
    path: path.cancel,
    form: {
      supplierTaxCode: config.taxCode,
      templateCode: of.form,
      invoiceNo: of.number,
      strIssueDate: String(ofPaidAt),
      additionalReferenceDesc: document.number,
      additionalReferenceDate: String(document.at),
      reasonDelete: cut(reason, LONGEST.itemName),
    },
    refuses: refusesOther,
    judge: (heard) => doubtOf(heard) ?? completed({ key: of.key }),
  });
}
