import type { ReceiptCancelled, ReceiptToCancel } from '../../../contracts/domain/receipt.ts';
import { type CallContext, completed } from '../../adapter.ts';
import type { Answer } from '../../kit/coded-answer.ts';
import type { ReceiptsConfig } from '../config.ts';
import { earlierCancel } from '../operations.ts';
import { ask } from './ask-receipt.ts';
import { errorOf, isOverAlready, refusesCancel, refusesUnconfirming } from './codes.ts';
import { converse, service, staff, yesIn } from './service.ts';
import { operation } from './wire.ts';

/** A paid receipt is cancelled by un-confirming its payment, then cancelling it (WIRE-2 2.8). */
export async function cancel(
  config: ReceiptsConfig,
  { of: { key } }: ReceiptToCancel,
  context: CallContext,
): Promise<Answer<ReceiptCancelled>> {
  const opened = await converse<'asked'>(config, context, {
    operation: operation.unconfirm,
    say: { lstFkey: key, ...service(config) },
    refuses: refusesUnconfirming,
    // Whatever they say of the payment, such as that it is not confirmed any more: the cancelling decides.
    judge: (text) => {
      const yes = yesIn(text);
      return typeof yes === 'string' || errorOf(text) !== undefined ? completed('asked' as const) : yes;
    },
  });
  if (opened.kind !== 'completed') return opened;
  return converse<ReceiptCancelled>(config, context, {
    operation: operation.cancel,
    say: { ...staff(config), fkey: key, ...service(config) },
    refuses: refusesCancel,
    judge: (text) => {
      if (isOverAlready(errorOf(text))) return earlierCancel((asked) => ask(config, asked, context), key, context);
      const yes = yesIn(text);
      return typeof yes === 'string' ? completed({ key }) : yes;
    },
  });
}
