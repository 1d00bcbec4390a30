import type { ReceiptWord } from '../../../contracts/domain/receipt.ts';
import { type CallContext, completed, drift, unknown } from '../../adapter.ts';
import type { Answer } from '../../kit/coded-answer.ts';
import { readValue } from '../../kit/json.ts';
import { elementsIn, readXml, textIn, type XmlElement } from '../../kit/xml.ts';
import type { ReceiptsConfig } from '../config.ts';
import { errorOf, refusesQuestion } from './codes.ts';
import { converse, service } from './service.ts';
import { operation, row, STATES } from './wire.ts';

/** `listInvByCusFkey`: what stands under a key. */
export function ask(config: ReceiptsConfig, key: string, context: CallContext): Promise<Answer<ReceiptWord>> {
  return converse<ReceiptWord>(config, context, {
    operation: operation.find,
    say: { key, fromDate: '', toDate: '', ...service(config) },
    refuses: refusesQuestion,
    judge: (text) => wordIn(key, text),
  });
}

/** `Data` with one `Item` a receipt, and none for a key that they do not know [assumed]. */
function wordIn(key: string, text: string): Answer<ReceiptWord> {
  if (errorOf(text) !== undefined) return unknown('server-error');
  const data = readXml(text);
  if (data === undefined) return unknown('unreadable');
  if (data.name !== 'Data') return drift('', 'Data', 'another element');
  const [item, ...others] = elementsIn(data);
  if (item === undefined) {
    return textIn(data).trim() === ''
      ? completed<ReceiptWord>({ key, state: 'none', receipt: null, code: null })
      : drift('/Data', 'Item or nothing', 'a text');
  }
  // Two under one key are what the key is there to prevent: for a person.
  if (others.length > 0 || item.name !== 'Item') return drift('/Data', 'one Item', 'other elements');
  const read = readValue(valuesIn(item), row, '/Data/Item');
  if (!read.ok) return read.failure;
  const { pattern: form, serial: series, invNum: number, status } = read.value;
  return completed<ReceiptWord>({
    key,
    state: STATES.get(status) ?? 'unlisted',
    receipt: { key, number, form, series, lookupCode: null, taxAuthorityCode: null },
    code: status,
  });
}

const valuesIn = (item: XmlElement): Readonly<Record<string, string>> =>
  Object.fromEntries(elementsIn(item).map((each) => [each.name, textIn(each).trim()]));
