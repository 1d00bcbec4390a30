import type { ReceiptFile } from '../../../contracts/domain/payment.ts';
import type { ReceiptIssued } from '../../../contracts/domain/receipt.ts';
import type { CallContext } from '../../adapter.ts';
import type { Answer } from '../../kit/coded-answer.ts';
import { readValue } from '../../kit/json.ts';
import type { ReceiptsConfig } from '../config.ts';
import { pdfIn } from '../operations.ts';
import { refusesOther } from './codes.ts';
import { converse, doubtOf } from './service.ts';
import { file, path } from './wire.ts';

/** The receipt as a PDF: fileToBytes, in base64 (WIRE-2 2.8). */
export function fetchFile(
  config: ReceiptsConfig,
  { number, form }: ReceiptIssued,
  context: CallContext,
): Promise<Answer<ReceiptFile>> {
  return converse<ReceiptFile>(config, context, {
    path: path.file,
    json: { supplierTaxCode: config.taxCode, invoiceNo: number, templateCode: form, fileType: 'PDF' },
    refuses: refusesOther,
    judge: (heard) => {
      const doubt = doubtOf(heard);
      if (doubt !== undefined) return doubt;
      const read = readValue(heard.fileToBytes, file, '/fileToBytes');
      return read.ok ? pdfIn(read.value, '/fileToBytes') : read.failure;
    },
  });
}
