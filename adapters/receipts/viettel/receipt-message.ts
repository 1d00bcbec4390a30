import { amountInWords } from '../../../contracts/domain/amount-in-words.ts';
import type { ReceiptLine, ReceiptToIssue, ReceiptToReplace } from '../../../contracts/domain/receipt.ts';
import { cut } from '../../kit/text.ts';
import type { ReceiptsConfig } from '../config.ts';
import { ADJUSTMENT, ID_TYPE, LONGEST, NO_TAX, PAYMENT } from './wire.ts';

/** The message of a receipt; `replaced` is what it stands in for. */
export function receiptMessage(config: ReceiptsConfig, receipt: ReceiptToIssue, replaced?: ReceiptToReplace) {
  const { payer, totalVnd } = receipt;
  return {
    generalInvoiceInfo: {
      invoiceType: config.type,
      templateCode: config.pattern,
      invoiceSeries: config.serial,
      invoiceIssuedDate: receipt.paidAt,
      currencyCode: 'VND',
      adjustmentType: replaced === undefined ? ADJUSTMENT.original : ADJUSTMENT.replacement,
      paymentStatus: true,
      transactionUuid: receipt.key,
      ...(replaced === undefined ? {} : formerOf(replaced)),
    },
    buyerInfo: {
      buyerName: cut(payer.name, LONGEST.name),
      buyerTaxCode: cut(payer.taxCode, LONGEST.taxCode),
      buyerAddressLine: cut(payer.address, LONGEST.name),
      buyerPhoneNumber: cut(payer.phone, LONGEST.phone),
      buyerEmail: payer.email ?? '',
      buyerCode: receipt.dossierCode,
      ...(payer.identityNumber === null
        ? {}
        : { buyerIdType: ID_TYPE, buyerIdNo: cut(payer.identityNumber, LONGEST.idNo) }),
    },
    payments: [{ paymentMethod: PAYMENT[receipt.method] }],
    itemInfo: receipt.lines.map(item),
    taxBreakdowns: [{ taxPercentage: NO_TAX, taxableAmount: totalVnd, taxAmount: 0 }],
    summarizeInfo: {
      totalAmountWithoutTax: totalVnd,
      totalTaxAmount: 0,
      totalAmountWithTax: totalVnd,
      totalAmountWithTaxInWords: amountInWords(totalVnd),
    },
  };
}

/** Names of the former receipt and of the paper are assumed. */
const formerOf = ({ of, ofPaidAt, reason, document }: ReceiptToReplace) => ({
  originalInvoiceId: of.number,
  originalInvoiceIssueDate: ofPaidAt,
  originalTemplateCode: of.form,
  adjustedNote: cut(reason, LONGEST.itemName),
  additionalReferenceDesc: document.number,
  additionalReferenceDate: document.at,
});

const item = ({ code, name, amountVnd }: ReceiptLine, at: number) => ({
  lineNumber: at + 1,
  itemCode: code,
  itemName: cut(name, LONGEST.itemName),
  unitName: cut('Lần', LONGEST.unitName),
  quantity: 1,
  unitPrice: amountVnd,
  itemTotalAmountWithoutTax: amountVnd,
  taxPercentage: NO_TAX,
  taxAmount: 0,
});
