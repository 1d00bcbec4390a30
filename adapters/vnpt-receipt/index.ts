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
import { type VnptConfig, vnptConfig } from './config.ts';
import { fetchFile } from './fetch-receipt-file.ts';
import { issue } from './issue-receipt.ts';
import { replace } from './replace-receipt.ts';

const title = { vi: 'Biên lai điện tử VNPT', en: 'VNPT e-receipt' };

/** Electronic receipts of VNPT over SOAP (WIRE-2 2.8). */
export const vnptReceipt: AdapterDefinition<VnptConfig> = {
  system: 'vnpt-receipt',
  title,
  envPrefix: 'VNPT_RECEIPT',
  config: vnptConfig,
  secrets: ['PASSWORD', 'SERVICE_PASSWORD'],
  create: createVnptReceipt,
};

/** No key of ours: it is too short. */
const NOBODYS = 'KIEM-TRA';

function createVnptReceipt(config: VnptConfig): Adapter {
  const wire: ReceiptWire = {
    issue: (receipt, context) => issue(config, receipt, context),
    ask: (key, context) => ask(config, key, context),
    fetchFile: (receipt, context) => fetchFile(config, receipt, context),
    cancel: (order, context) => cancel(config, order, context),
    replace: (order, context) => replace(config, order, context),
  };
  return {
    system: 'vnpt-receipt',
    title,
    assumed: [
      'SOAP 1.1, document style, namespace http://tempuri.org/; PublishService, PortalService and BusinessService below one address',
      'What follows OK: is form;series-key_number of a new receipt and form;series;number of an adjustment',
      'Every code after ERR: no list is published; 1, 2, 3, 6, 7 and 20 refuse, 8, 13 and 21 are asked about, all others decide nothing',
      'listInvByCusFkey tells what stands under a key: Data with one Item (pattern, serial, invNum, status), none for an unknown key',
      'status of a receipt: 1 issued, 3 and 4 replaced, 5 cancelled',
      'downloadInvPDFFkeyNoPay hands out the PDF in base64; UnConfirmPaymentFkey and cancelInv cancel by key',
      'AdjustInvoiceAction with Type 4 takes AdjustInv with the fields of a receipt, which says what is left',
      'ProdQuantity and ProdPrice are the names of quantity and price; ProdUnit is "Lần"',
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
