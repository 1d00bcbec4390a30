import type { ReceiptsConfig } from '../config.ts';
import type { ReceiptWire } from '../operations.ts';
import { ask } from './ask-receipt.ts';
import { cancel } from './cancel-receipt.ts';
import { fetchFile } from './fetch-receipt-file.ts';
import { issue } from './issue-receipt.ts';
import { replace } from './replace-receipt.ts';

/** Electronic receipts of Viettel SInvoice over JSON (WIRE-2 2.8). */
export const viettelWire = (config: ReceiptsConfig): ReceiptWire => ({
  issue: (receipt, context) => issue(config, receipt, context),
  ask: (key, context) => ask(config, key, context),
  fetchFile: (receipt, context) => fetchFile(config, receipt, context),
  cancel: (order, context) => cancel(config, order, context),
  replace: (order, context) => replace(config, order, context),
});

export const viettelAssumed: readonly string[] = [
  'Basic authentication; createInvoice, searchInvoiceByTransactionUuid, getInvoiceRepresentationFile, cancelTransactionInvoice below /InvoiceAPI',
  'A transactionUuid of 10 to 36 characters makes one receipt; used again it is answered TRANSACTION_UUID_INVALID',
  'searchInvoiceByTransactionUuid tells what stands under a key: one row, NOT_FOUND_DATA for an unknown key; its status is in words',
  'Every other code: INVOICE_SERIAL_NOT_FOUND, INVOICE_TEMPLATE_NOT_FOUND, SUPPLIER_TAX_CODE_INVALID refuse, all others decide nothing',
  'A business error may come under HTTP 400 as message (the code) and data (the words)',
  'Names inside buyerInfo, payments, itemInfo, taxBreakdowns and summarizeInfo beyond those published',
  'A replacement is adjustmentType 3 with originalInvoiceId, its issue date, and the paper; it says what is left',
  'cancelTransactionInvoice takes strIssueDate and additionalReferenceDate in epoch milliseconds',
];
