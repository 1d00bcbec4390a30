import { type Adapter, type AdapterDefinition, completed } from '../adapter.ts';
import { type ReceiptsConfig, receiptsConfig } from './config.ts';
import {
  askReceipt,
  cancelReceipt,
  fetchReceiptFile,
  issueReceipt,
  receiptLanes,
  replaceReceipt,
} from './operations.ts';
import { viettelAssumed, viettelWire } from './viettel/index.ts';
import { vnptAssumed, vnptWire } from './vnpt/index.ts';

const title = { vi: 'Biên lai điện tử', en: 'E-receipt service' };

/** Electronic receipts for fees, of VNPT or of Viettel SInvoice (WIRE-2 2.8). */
export const receipts: AdapterDefinition<ReceiptsConfig> = {
  system: 'receipts',
  title,
  envPrefix: 'RECEIPTS',
  config: receiptsConfig,
  secrets: ['PASSWORD', 'ACCOUNT_PASSWORD'],
  create: createReceipts,
};

const kinds = {
  vnpt: { wireOf: vnptWire, assumed: vnptAssumed },
  viettel: { wireOf: viettelWire, assumed: viettelAssumed },
} as const;

/** No key of ours: it is too short. */
const NOBODYS = 'KIEM-TRA';

function createReceipts(config: ReceiptsConfig): Adapter {
  const { wireOf, assumed } = kinds[config.kind];
  const wire = wireOf(config);
  return {
    system: 'receipts',
    title,
    assumed,
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
