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
import type { Answer } from '../kit/coded-answer.ts';
import { isUnsayable } from '../kit/delimiter.ts';
import { readValue } from '../kit/json.ts';
import { openPolicy, PAGE_WITHIN_MS } from '../kit/page-policy.ts';
import { tellsOfFailure } from '../kit/text.ts';
import { ask } from './ask-payment.ts';
import { code, refusesInit, saysNothing } from './codes.ts';
import type { PlatformConfig } from './config.ts';
import { initMessage } from './init-message.ts';
import { messageTime } from './message-time.ts';
import { anotherReference, converse, type Heard } from './platform.ts';
import { opened } from './wire.ts';

/** `INIT`: a page on which a person pays. A reference is taken once: the second time it is refused (116). */
export function openPayment(config: PlatformConfig): ActCommand<PaymentOrder, OpenedPayment> {
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

/** Their words for a reference that was taken before. */
const EXISTS = { kind: 'exists' } as const;

async function open(
  config: PlatformConfig,
  context: CallContext,
  order: PaymentOrder,
): Promise<Completed<OpenedPayment> | Failure> {
  const say = initMessage(config, order);
  if (isUnsayable(say)) return say;
  const answer = await converse<OpenedPayment | typeof EXISTS>(config, context, {
    say,
    refuses: refusesInit,
    judge: (heard) => openedBy(heard, order),
  });
  if (answer.kind !== 'completed') return answer;
  return 'kind' in answer.result ? earlier(config, context, order) : completed(answer.result);
}

/** MaXacThuc of this answer has no known formula and decides nothing. */
function openedBy(heard: Heard, order: PaymentOrder): Answer<OpenedPayment | typeof EXISTS> {
  const { reference, words, message } = heard;
  if (reference !== '' && reference !== order.reference) return anotherReference();
  if (heard.code === code.exists) return completed(EXISTS);
  // Whatever else is no yes: they may have opened it, so they are asked.
  if (heard.code !== code.done) return unknown('server-error');
  if (tellsOfFailure(words)) return unknown('unreadable');
  const read = readValue(message.values, opened);
  return read.ok ? completed({ url: read.value.UrlThanhToan, handle: handleOf(order) }) : read.failure;
}

/** Asked in the same call, because somebody waits. Only a plain yes is an answer; all else stays in doubt. */
async function earlier(
  config: PlatformConfig,
  context: CallContext,
  order: PaymentOrder,
): Promise<Completed<OpenedPayment> | Failure> {
  const answer = await confirm(config, context, order);
  if (answer.kind === 'drift') return answer;
  const found = answer.kind === 'completed' && answer.result.kind === 'applied';
  return found ? completed(lost(order)) : unknown('unreadable');
}

/** `QUERY`: whether it was opened. Its page cannot be asked for. */
async function confirm(
  config: PlatformConfig,
  context: CallContext,
  order: PaymentOrder,
): Promise<Outcome<Confirmation<OpenedPayment>>> {
  const { reference, madeAt } = order;
  const answer = await ask(config, context, { reference, madeAt, handle: handleOf(order) });
  if (answer.kind !== 'completed') return answer;
  const word = answer.result;
  if (word.reference !== reference) return anotherReference();
  if (word.open === 'not-created') return completed<Confirmation<OpenedPayment>>(notApplied);
  // An answer about a payment, whatever became of it, is one about a payment that exists.
  if (word.facts.length > 0 || word.open === 'pending' || isAbout(word.code)) {
    return completed<Confirmation<OpenedPayment>>(applied(lost(order)));
  }
  if (saysNothing.has(word.code ?? '')) return unknown('server-error');
  return completed<Confirmation<OpenedPayment>>(cannotTell);
}

const isAbout = (theirCode: string | null): boolean =>
  [code.done, code.failed].some((each) => theirCode === each || theirCode?.startsWith(`${each}/`));

/** ThoiGianGD as INIT carried it: they are asked with it. */
const handleOf = ({ madeAt }: PaymentOrder): string => messageTime(madeAt);
const lost = (order: PaymentOrder): OpenedPayment => ({ url: null, handle: handleOf(order) });
