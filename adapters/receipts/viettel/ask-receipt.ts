import type { ReceiptWord } from '../../../contracts/domain/receipt.ts';
import { folded } from '../../../contracts/domain/text.ts';
import { type CallContext, completed, drift } from '../../adapter.ts';
import type { Answer } from '../../kit/coded-answer.ts';
import { readValue } from '../../kit/json.ts';
import type { ReceiptsConfig } from '../config.ts';
import { code, refusesOther } from './codes.ts';
import { receiptFrom } from './receipt-from.ts';
import { converse, doubtOf, type Heard } from './service.ts';
import { path, row, rows } from './wire.ts';

/** `searchInvoiceByTransactionUuid`: what stands under a key [assumed]. */
export async function ask(config: ReceiptsConfig, key: string, context: CallContext): Promise<Answer<ReceiptWord>> {
  const answer = await converse<ReceiptWord>(config, context, {
    path: path.find,
    form: { supplierTaxCode: config.taxCode, transactionUuid: key },
    refuses: refusesOther,
    judge: (heard) => wordIn(config, key, heard),
  });
  const unheardOf = answer.kind === 'rejected' && answer.code === code.notFound;
  return unheardOf ? completed<ReceiptWord>({ key, state: 'none', receipt: null, code: answer.code }) : answer;
}

/** Without a row nothing is denied: that they do not know it has a code of its own. */
function wordIn(config: ReceiptsConfig, key: string, heard: Heard): Answer<ReceiptWord> {
  const doubt = doubtOf(heard);
  if (doubt !== undefined) return doubt;
  const list = readValue(heard.result, rows, '/result');
  if (!list.ok) return list.failure;
  // Two under one key are what the key is there to prevent: for a person.
  if (list.value.length !== 1) return drift('/result', 'one row', list.value.length === 0 ? 'none' : 'several');
  const read = readValue(list.value[0], row, '/result/0');
  if (!read.ok) return read.failure;
  const { status } = read.value;
  return completed<ReceiptWord>({
    key,
    state: stateOf(status),
    receipt: receiptFrom(config, key, read.value),
    code: status,
  });
}

/** A replacement is called so itself: only what `bị` (was) replaced is. */
function stateOf(status: string): ReceiptWord['state'] {
  const plainly = folded(status);
  if (/\bchua\b|\bkhong\b|\bcho\b/.test(plainly)) return 'unlisted';
  if (/\bbi (thay the|dieu chinh)\b/.test(plainly)) return 'replaced';
  if (/\b(da|bi) (huy|xoa bo)\b/.test(plainly)) return 'cancelled';
  return /\bda (phat hanh|phe duyet)\b/.test(plainly) ? 'issued' : 'unlisted';
}
