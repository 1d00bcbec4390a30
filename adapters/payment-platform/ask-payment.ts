import type { PaymentQuestion, PaymentWord } from '../../contracts/domain/payment.ts';
import { type CallContext, completed, drift, type QueryOperation, unknown } from '../adapter.ts';
import type { Answer } from '../kit/coded-answer.ts';
import { isUnsayable } from '../kit/delimiter.ts';
import { readValue } from '../kit/json.ts';
import { askPolicy } from '../kit/page-policy.ts';
import { tellsOfFailure } from '../kit/text.ts';
import { code, refusesQuery, state } from './codes.ts';
import type { PlatformConfig } from './config.ts';
import { converse, type Heard } from './platform.ts';
import { questionMessage } from './question-message.ts';
import { sealOf } from './seals.ts';
import { kind, told } from './wire.ts';
import { bareWord, meaningOfAnswer, wordOf } from './word.ts';

/** `QUERY`: what became of a payment. */
export function askPayment(config: PlatformConfig): QueryOperation<PaymentQuestion, PaymentWord> {
  return {
    kind: 'query',
    name: 'ask-payment',
    policy: askPolicy,
    run: (question, context) => ask(config, context, question),
  };
}

export async function ask(
  config: PlatformConfig,
  context: CallContext,
  question: PaymentQuestion,
): Promise<Answer<PaymentWord>> {
  const say = questionMessage(config, kind.query, question);
  if (isUnsayable(say)) return say;
  return converse<PaymentWord>(config, context, {
    say,
    refuses: refusesQuery,
    judge: (heard) => wordIn(config, question, heard),
  });
}

/**
 * Facts are believed under a seal alone: without one, or with another's, the answer decides nothing and a person is
 * told. A bare code, as of what does not exist, is not known to be sealed: then a seal only must not be wrong.
 */
async function wordIn(config: PlatformConfig, question: PaymentQuestion, heard: Heard): Promise<Answer<PaymentWord>> {
  const { message, words } = heard;
  const sealed = sealOf(message, config.secret);
  if (sealed === 'untrue') return drift('/MaXacThuc', 'the seal of this answer', 'another');
  if (heard.code !== code.done && heard.code !== code.failed) {
    return completed(bareWord(heard.reference || question.reference, heard.code));
  }
  if (sealed === 'absent') return drift('/MaXacThuc', 'the seal of this answer', 'missing');
  const read = readValue(message.values, told);
  if (!read.ok) return read.failure;
  const status = read.value.TrangThaiGD;
  const meaning = meaningOfAnswer(heard.code, status);
  if (status === state.paid && tellsOfFailure(words)) return unknown('unreadable');
  return completed(wordOf(read.value, meaning, status === '' ? heard.code : `${heard.code}/${status}`));
}
