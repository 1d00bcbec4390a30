import type { RefundMade, RefundOrder } from '../../contracts/domain/payment.ts';
import {
  type ActCommand,
  applied,
  type CallContext,
  type Confirmation,
  cannotTell,
  completed,
  notApplied,
  type Outcome,
  unknown,
} from '../adapter.ts';
import { readJson } from '../kit/json.ts';
import { ask } from './ask-payment.ts';
import { code, isDone, refusesRefund, saysNothing, tellsOfFailure } from './codes.ts';
import type { EcomConfig } from './config.ts';
import { refundPolicy } from './policy.ts';
import { type Answer, converse, type Heard } from './service.ts';
import { operation, refunded, SOURCE } from './wire.ts';

/** `refund`: money goes back, once. It is never sent again by itself; they are asked by its own reference. */
export function refund(config: EcomConfig): ActCommand<RefundOrder, RefundMade> {
  return {
    kind: 'act',
    name: 'refund',
    mode: 'queued',
    policy: refundPolicy,
    recovery: { kind: 'confirm', confirm: (order, context) => confirm(config, context, order) },
    run: (order, context) =>
      converse<RefundMade>(config, context, {
        operation: operation.refund,
        transaction: order.reference,
        say: refundMessage(order),
        refuses: refusesRefund,
        judge: refundedBy,
      }),
  };
}

/** The inner JSON of refund; its names are assumed, but for `source`. */
export const refundMessage = ({ of, handle, amountVnd, reason }: RefundOrder) => ({
  trans_id: of,
  VcbTranId: handle,
  amount: String(amountVnd),
  source: SOURCE,
  description: reason,
});

/** 7 may mean this very refund, 28 one under way; what no list names may be anything. */
function refundedBy(heard: Heard): Answer<RefundMade> {
  if (!isDone(heard.code)) return unknown('server-error');
  if (tellsOfFailure(heard.words)) return unknown('unreadable');
  const read = readJson(heard.inner, refunded);
  return read.ok ? completed({ transaction: read.value.VcbTranId }) : read.failure;
}

/** Only "not found" denies it; a refund that is known and not done is for a person, unless it is still under way. */
async function confirm(
  config: EcomConfig,
  context: CallContext,
  { reference }: RefundOrder,
): Promise<Outcome<Confirmation<RefundMade>>> {
  const answer = await ask(config, context, reference);
  if (answer.kind !== 'completed') return answer;
  const { word, status, number } = answer.result;
  if (word.open === 'not-created') return completed<Confirmation<RefundMade>>(notApplied);
  if (status !== null && isDone(status) && number !== null) {
    return completed<Confirmation<RefundMade>>(applied({ transaction: number }));
  }
  const said = status ?? word.code ?? '';
  if (said === code.notYetPaid || saysNothing.has(said)) return unknown('server-error');
  return completed<Confirmation<RefundMade>>(cannotTell);
}
