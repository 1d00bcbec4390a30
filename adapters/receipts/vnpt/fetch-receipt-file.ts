import type { ReceiptFile } from '../../../contracts/domain/payment.ts';
import type { ReceiptIssued } from '../../../contracts/domain/receipt.ts';
import { type CallContext, unknown } from '../../adapter.ts';
import type { Answer } from '../../kit/coded-answer.ts';
import type { ReceiptsConfig } from '../config.ts';
import { pdfIn } from '../operations.ts';
import { errorOf, refusesFile } from './codes.ts';
import { converse, service } from './service.ts';
import { operation } from './wire.ts';

/** `downloadInvPDFFkeyNoPay`: the receipt as a PDF, in base64 [assumed]. */
export function fetchFile(
  config: ReceiptsConfig,
  { key }: ReceiptIssued,
  context: CallContext,
): Promise<Answer<ReceiptFile>> {
  return converse<ReceiptFile>(config, context, {
    operation: operation.file,
    say: { fkey: key, ...service(config) },
    refuses: refusesFile,
    judge: (text) => (errorOf(text) === undefined ? pdfIn(text, '') : unknown('server-error')),
  });
}
