import type { OpenedPayment, PaymentOrder } from '../../contracts/domain/payment.ts';
import {
  type ActCommand,
  applied,
  type CallContext,
  type Completed,
  type Confirmation,
  cannotTell,
  completed,
  drift,
  type Failure,
  notApplied,
  type Outcome,
  unknown,
} from '../adapter.ts';
import type { Answer } from '../kit/coded-answer.ts';
import { readValue } from '../kit/json.ts';
import { refusedAs } from '../kit/outcome.ts';
import { openPolicy, PAGE_WITHIN_MS } from '../kit/page-policy.ts';
import { code, fieldOf, refusesOrder } from './codes.ts';
import type { VietcombankConfig } from './config.ts';
import { anotherReference, findByReference } from './find-order.ts';
import { converse, type Heard } from './gateway.ts';
import { orderExtras, orderPointers, orderValues } from './order-form.ts';
import { opened, type Told } from './wire.ts';

/** `CreateOrder`: a page on which a person pays. A second order under one reference is refused (0005) [assumed]. */
export function openPayment(config: VietcombankConfig): ActCommand<PaymentOrder, OpenedPayment> {
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

/** They complain of the order_code: it is taken, or not to their liking. */
interface Doubted {
  readonly kind: 'doubted';
  readonly words: string;
}

async function open(
  config: VietcombankConfig,
  context: CallContext,
  order: PaymentOrder,
): Promise<Completed<OpenedPayment> | Failure> {
  const answer = await converse<'CreateOrder', OpenedPayment | Doubted>(config, context, {
    name: 'CreateOrder',
    values: orderValues(config, order),
    extras: orderExtras(order),
    pointers: orderPointers,
    refuses: refusesOrder,
    fieldsOf: fieldOf,
    judge: openedBy,
  });
  if (answer.kind !== 'completed') return answer;
  return 'kind' in answer.result ? earlier(config, context, order, answer.result) : completed(answer.result);
}

function openedBy({ code: theirs, words, data }: Heard): Answer<OpenedPayment | Doubted> {
  if (theirs === code.orderCode) return completed<Doubted>({ kind: 'doubted', words });
  // Whatever else is no yes: they may have made it, so they are asked.
  if (theirs !== code.done) return unknown('server-error');
  const read = readValue(data, opened, '/result_data');
  return read.ok ? completed({ url: read.value.checkout_url, handle: read.value.token_code }) : read.failure;
}

/** Asked in the same call, because somebody waits: whether the order is there decides what their 0005 meant. */
async function earlier(
  config: VietcombankConfig,
  context: CallContext,
  { reference, amountVnd }: PaymentOrder,
  { words }: Doubted,
): Promise<Completed<OpenedPayment> | Failure> {
  const answer = await findByReference(config, context, reference);
  if (answer.kind === 'drift') return answer;
  if (answer.kind !== 'completed' || answer.result.kind === 'unclear') return unknown('unreadable');
  if (answer.result.kind === 'missing') {
    return refusedAs(code.orderCode, words || `result_code ${code.orderCode}`, fieldOf(code.orderCode));
  }
  const { order } = answer.result;
  if (order.order_code !== reference) return anotherReference();
  const ours = order.amount === amountVnd && order.currency === 'VND';
  return ours ? completed(standing(order)) : drift('/result_data/amount', 'the amount that was sent', 'another');
}

/** `CheckOrderByOrderCode`: whether it was opened. */
async function confirm(
  config: VietcombankConfig,
  context: CallContext,
  { reference }: PaymentOrder,
): Promise<Outcome<Confirmation<OpenedPayment>>> {
  const answer = await findByReference(config, context, reference);
  if (answer.kind !== 'completed') return answer;
  const found = answer.result;
  if (found.kind === 'missing') return completed<Confirmation<OpenedPayment>>(notApplied);
  if (found.kind === 'found') {
    if (found.order.order_code !== reference) return anotherReference();
    return completed<Confirmation<OpenedPayment>>(applied(standing(found.order)));
  }
  if (found.code === code.unclear) return unknown('server-error');
  return completed<Confirmation<OpenedPayment>>(cannotTell);
}

/** An order that exists. Its page is among no published fields; where they tell it, it is not lost. */
const standing = ({ checkout_url: url, token_code: handle }: Told): OpenedPayment => ({ url: url ?? null, handle });
