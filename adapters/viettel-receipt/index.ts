import { type Adapter, type AdapterDefinition, completed } from '../adapter.ts';
import {
  askReceipt,
  cancelReceipt,
  fetchReceiptFile,
  issueReceipt,
  type ReceiptWire,
  receiptLanes,
  replaceReceipt,
} from '../kit/receipts.ts';
import { ask } from './ask-receipt.ts';
import { cancel } from './cancel-receipt.ts';
import { type ViettelConfig, viettelConfig } from './config.ts';
import { fetchFile } from './fetch-receipt-file.ts';
import { issue } from './issue-receipt.ts';
import { replace } from './replace-receipt.ts';

const title = { vi: 'Biên lai điện tử Viettel SInvoice', en: 'Viettel SInvoice e-receipt' };

/** Electronic receipts of Viettel SInvoice over JSON (WIRE-2 2.8). */
export const viettelReceipt: AdapterDefinition<ViettelConfig> = {
  system: 'viettel-receipt',
  title,
  envPrefix: 'VIETTEL_RECEIPT',
  config: viettelConfig,
  secrets: ['PASSWORD'],
  create: createViettelReceipt,
};

/** No key of ours: it is too short. */
const NOBODYS = 'KIEM-TRA';

function createViettelReceipt(config: ViettelConfig): Adapter {
  const wire: ReceiptWire = {
    issue: (receipt, context) => issue(config, receipt, context),
    ask: (key, context) => ask(config, key, context),
    fetchFile: (receipt, context) => fetchFile(config, receipt, context),
    cancel: (order, context) => cancel(config, order, context),
    replace: (order, context) => replace(config, order, context),
  };
  return {
    system: 'viettel-receipt',
    title,
    assumed: [
      'Basic authentication; createInvoice, searchInvoiceByTransactionUuid, getInvoiceRepresentationFile, cancelTransactionInvoice below /InvoiceAPI',
      'A transactionUuid of 10 to 36 characters makes one receipt; used again it is answered TRANSACTION_UUID_INVALID',
      'searchInvoiceByTransactionUuid tells what stands under a key: one row, NOT_FOUND_DATA for an unknown key; its status is in words',
      'Every other code: INVOICE_SERIAL_NOT_FOUND, INVOICE_TEMPLATE_NOT_FOUND, SUPPLIER_TAX_CODE_INVALID refuse, all others decide nothing',
      'A business error may come under HTTP 400 as message (the code) and data (the words)',
      'Names inside buyerInfo, payments, itemInfo, taxBreakdowns and summarizeInfo beyond those published',
      'A replacement is adjustmentType 3 with originalInvoiceId, its issue date, and the paper; it says what is left',
      'cancelTransactionInvoice takes strIssueDate and additionalReferenceDate in epoch milliseconds',
    ],
    queries: { 'ask-receipt': askReceipt(wire), 'fetch-receipt-file': fetchReceiptFile(wire) },
    commands: {
      'issue-receipt': issueReceipt(wire),
      'cancel-receipt': cancelReceipt(wire),
      'replace-receipt': replaceReceipt(wire),
    },
    callbacks: [],
    lanes: receiptLanes,
    /** Asks after a receipt that does not exist: that they say so is a sign of life, and that the account is right. */
    probe: async (context) => {
      const answer = await wire.ask(NOBODYS, context);
      return answer.kind === 'completed' ? completed('answered') : answer;
    },
  };
}
