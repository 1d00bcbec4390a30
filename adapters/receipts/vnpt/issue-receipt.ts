import type { ReceiptIssued, ReceiptToIssue } from '../../../contracts/domain/receipt.ts';
import { type CallContext, completed, drift } from '../../adapter.ts';
import type { Answer } from '../../kit/coded-answer.ts';
import type { ReceiptsConfig } from '../config.ts';
import { earlierIssue } from '../operations.ts';
import { ask } from './ask-receipt.ts';
import { errorOf, isKeyTaken, refusesIssue } from './codes.ts';
import { newReceipt } from './invoice-xml.ts';
import { converse, staff, yesIn } from './service.ts';
import { numberOf, operation } from './wire.ts';

/** `ImportAndPublishInv`: a receipt under our key. The same key again cannot make a second one (WIRE-2 2.8). */
export function issue(
  config: ReceiptsConfig,
  receipt: ReceiptToIssue,
  context: CallContext,
): Promise<Answer<ReceiptIssued>> {
  return converse<ReceiptIssued>(config, context, {
    operation: operation.issue,
    say: {
      ...staff(config),
      xmlInvData: newReceipt(config, receipt),
      username: config.username,
      password: config.password,
      pattern: config.pattern,
      serial: config.serial,
      convert: '0',
    },
    refuses: refusesIssue,
    judge: (text) =>
      isKeyTaken(errorOf(text))
        ? earlierIssue((key) => ask(config, key, context), receipt.key, context)
        : issuedIn(receipt.key, text),
  });
}

/** `OK:form;series-key_number`; that much is assumed beyond `OK:`. */
function issuedIn(key: string, text: string): Answer<ReceiptIssued> {
  const yes = yesIn(text);
  if (typeof yes !== 'string') return yes;
  const [, form, series, number] = new RegExp(`^([^;]+);(.+)-${key}_(\\d+)$`).exec(yes) ?? [];
  if (form === undefined || series === undefined || number === undefined) {
    return drift('', 'OK:form;series-key_number of our key', 'another text');
  }
  return completed({ key, number: numberOf(number), form, series, lookupCode: null, taxAuthorityCode: null });
}
