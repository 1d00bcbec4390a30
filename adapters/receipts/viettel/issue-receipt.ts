import type { ReceiptIssued, ReceiptToIssue, ReceiptToReplace } from '../../../contracts/domain/receipt.ts';
import { type CallContext, completed } from '../../adapter.ts';
import type { Answer } from '../../kit/coded-answer.ts';
import { readValue } from '../../kit/json.ts';
import type { ReceiptsConfig } from '../config.ts';
import { earlierIssue } from '../operations.ts';
import { ask } from './ask-receipt.ts';
import { code, refusesIssue } from './codes.ts';
import { receiptFrom } from './receipt-from.ts';
import { receiptMessage } from './receipt-message.ts';
import { converse, doubtOf, type Heard } from './service.ts';
import { created, path } from './wire.ts';

/** `createInvoice`: a receipt under transactionUuid, our key (WIRE-2 2.8). */
export function issue(
  config: ReceiptsConfig,
  receipt: ReceiptToIssue,
  context: CallContext,
  replaced?: ReceiptToReplace,
): Promise<Answer<ReceiptIssued>> {
  const { key } = receipt;
  return converse<ReceiptIssued>(config, context, {
    path: path.create(config.taxCode),
    json: receiptMessage(config, receipt, replaced),
    refuses: refusesIssue,
    judge: (heard) =>
      heard.code === code.keyTaken
        ? earlierIssue((asked) => ask(config, asked, context), key, context)
        : issuedIn(config, key, heard),
  });
}

function issuedIn(config: ReceiptsConfig, key: string, heard: Heard): Answer<ReceiptIssued> {
  const doubt = doubtOf(heard);
  if (doubt !== undefined) return doubt;
  const read = readValue(heard.result, created, '/result');
  return read.ok ? completed(receiptFrom(config, key, read.value)) : read.failure;
}
