import type { ReceiptsConfig } from '../config.ts';
import type { ReceiptWire } from '../operations.ts';
import { ask } from './ask-receipt.ts';
import { cancel } from './cancel-receipt.ts';
import { fetchFile } from './fetch-receipt-file.ts';
import { issue } from './issue-receipt.ts';
import { replace } from './replace-receipt.ts';

/** Electronic receipts of VNPT over SOAP (WIRE-2 2.8). */
export const vnptWire = (config: ReceiptsConfig): ReceiptWire => ({
  issue: (receipt, context) => issue(config, receipt, context),
  ask: (key, context) => ask(config, key, context),
  fetchFile: (receipt, context) => fetchFile(config, receipt, context),
  cancel: (order, context) => cancel(config, order, context),
  replace: (order, context) => replace(config, order, context),
});

export const vnptAssumed: readonly string[] = [
  'SOAP 1.1, document style, namespace http://tempuri.org/; PublishService, PortalService and BusinessService below one address',
  'What follows OK: is form;series-key_number of a new receipt and form;series;number of an adjustment',
  'Every code after ERR: no list is published; 1, 2, 3, 6, 7 and 20 refuse, 8, 13 and 21 are asked about, all others decide nothing',
  'listInvByCusFkey tells what stands under a key: Data with one Item (pattern, serial, invNum, status), none for an unknown key',
  'status of a receipt: 1 issued, 3 and 4 replaced, 5 cancelled',
  'downloadInvPDFFkeyNoPay hands out the PDF in base64; UnConfirmPaymentFkey and cancelInv cancel by key',
  'AdjustInvoiceAction with Type 4 takes AdjustInv with the fields of a receipt, which says what is left',
  'ProdQuantity and ProdPrice are the names of quantity and price; ProdUnit is "Lần"',
];
