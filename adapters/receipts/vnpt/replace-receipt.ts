import type { ReceiptIssued, ReceiptToReplace } from '../../../contracts/domain/receipt.ts';
import { type CallContext, completed, drift } from '../../adapter.ts';
import type { Answer } from '../../kit/coded-answer.ts';
import type { ReceiptsConfig } from '../config.ts';
import { earlierIssue } from '../operations.ts';
import { ask } from './ask-receipt.ts';
import { errorOf, isKeyTaken, isOverAlready, refusesReplace } from './codes.ts';
import { adjustedReceipt } from './invoice-xml.ts';
import { converse, staff, yesIn } from './service.ts';
import { numberOf, operation } from './wire.ts';

/** An adjustment of Type 4: another receipt, under its own key, says what is left (WIRE-2 2.8). */
export function replace(
  config: ReceiptsConfig,
  { by, of }: ReceiptToReplace,
  context: CallContext,
): Promise<Answer<ReceiptIssued>> {
  return converse<ReceiptIssued>(config, context, {
    operation: operation.adjust,
    say: {
      ...staff(config),
      xmlInvData: adjustedReceipt(config, by),
      username: config.username,
      pass: config.password,
      fkey: of.key,
      AttachFile: '',
      convert: '0',
      pattern: of.form,
      serial: of.series,
    },
    refuses: refusesReplace,
    judge: (text) => {
      const error = errorOf(text);
      // It may have been this very adjustment that was heard before.
      return isKeyTaken(error) || isOverAlready(error)
        ? earlierIssue((key) => ask(config, key, context), by.key, context)
        : replacedIn(by.key, text);
    },
  });
}

/** `OK:form;series;number`; that much is assumed beyond `OK:`. */
function replacedIn(key: string, text: string): Answer<ReceiptIssued> {
  const yes = yesIn(text);
  if (typeof yes !== 'string') return yes;
  const [, form, series, number] = /^([^;]+);([^;]+);(\d+)$/.exec(yes) ?? [];
  if (form === undefined || series === undefined || number === undefined) {
    return drift('', 'OK:form;series;number', 'another text');
  }
  return completed({ key, number: numberOf(number), form, series, lookupCode: null, taxAuthorityCode: null });
}
