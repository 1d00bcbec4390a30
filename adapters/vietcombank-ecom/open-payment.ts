import type { OpenedPayment, PaymentOrder } from '../../contracts/domain/payment.ts';
import {
  type ActCommand,
  applied,
  type CallContext,
  type Completed,
  type Confirmation,
  cannotTell,
  completed,
  type Failure,
  notApplied,
  type Outcome,
  unknown,
} from '../adapter.ts';
import { readJson } from '../kit/json.ts';
import { openPolicy, PAGE_WITHIN_MS } from '../kit/page-policy.ts';
import { ask } from './ask-payment.ts';
import { code, isDone, refusesPayment, saysNothing, tellsOfFailure } from './codes.ts';
import type { EcomConfig } from './config.ts';
import { type Answer, converse, type Heard } from './service.ts';
import { opened, operation } from './wire.ts';

/** `verifyPayment`: a page of the bank on which a person pays. */
export function openPayment(config: EcomConfig): ActCommand<PaymentOrder, OpenedPayment> {
  return {
    kind: 'act',
    name: 'open-payment',
    mode: 'interactive',
    answerWithinMs: PAGE_WITHIN_MS,
    policy: openPolicy,
    recovery: { kind: 'confirm', confirm: (order, context) => confirm(config, context, order) },
    run: (order, context) => open(config, context, order),
  };
}

/** The inner JSON of verifyPayment; its names are assumed. The account is the partner's, the notice goes where it agreed. */
export const paymentMessage = ({ amountVnd, description, returnUrl }: PaymentOrder) => ({
  amount: String(amountVnd),
  currency: 'VND',
  description,
  returnUrl,
});

/** Their words for a reference that was taken before. */
const EXISTS = { kind: 'exists' } as const;

async function open(
  config: EcomConfig,
  context: CallContext,
  order: PaymentOrder,
): Promise<Completed<OpenedPayment> | Failure> {
  const answer = await converse<OpenedPayment | typeof EXISTS>(config, context, {
    operation: operation.verify,
    transaction: order.reference,
    say: paymentMessage(order),
    refuses: refusesPayment,
    judge: openedBy,
  });
  if (answer.kind !== 'completed') return answer;
  return 'kind' in answer.result ? earlier(config, context, order) : completed(answer.result);
}

function openedBy(heard: Heard): Answer<OpenedPayment | typeof EXISTS> {
  if (heard.code === code.alreadyPaid || heard.code === code.notYetPaid) return completed(EXISTS);
  // Whatever else is no yes: they may have opened it, so they are asked.
  if (!isDone(heard.code)) return unknown('server-error');
  if (tellsOfFailure(heard.words)) return unknown('unreadable');
  const read = readJson(heard.inner, opened);
  return read.ok ? completed({ url: read.value.redirectUrl, handle: read.value.VcbTranId }) : read.failure;
}

/** Asked in the same call, because somebody waits. Only a plain yes is an answer; all else stays in doubt. */
async function earlier(
  config: EcomConfig,
  context: CallContext,
  order: PaymentOrder,
): Promise<Completed<OpenedPayment> | Failure> {
  const answer = await confirm(config, context, order);
  if (answer.kind === 'drift') return answer;
  if (answer.kind !== 'completed' || answer.result.kind !== 'applied') return unknown('unreadable');
  return completed(answer.result.result);
}

/** `query`: whether it was opened. Its page cannot be asked for. */
async function confirm(
  config: EcomConfig,
  context: CallContext,
  { reference }: PaymentOrder,
): Promise<Outcome<Confirmation<OpenedPayment>>> {
  const answer = await ask(config, context, reference);
  if (answer.kind !== 'completed') return answer;
  const { word, number } = answer.result;
  if (word.open === 'not-created') return completed<Confirmation<OpenedPayment>>(notApplied);
  // An answer about a payment, whatever became of it, is one about a payment that exists.
  if (number !== null || word.open === 'pending' || word.facts.length > 0) {
    return completed<Confirmation<OpenedPayment>>(applied({ url: null, handle: number }));
  }
  if (saysNothing.has(word.code ?? '')) return unknown('server-error');
  return completed<Confirmation<OpenedPayment>>(cannotTell);
}
