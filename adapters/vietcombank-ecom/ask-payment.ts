import type { PaymentQuestion, PaymentWord } from '../../contracts/domain/payment.ts';
import { type CallContext, completed, drift, type QueryOperation, unknown } from '../adapter.ts';
import { readJson } from '../kit/json.ts';
import { askPolicy } from '../kit/page-policy.ts';
import { code, isDone, refusesQuestion, tellsOfFailure } from './codes.ts';
import type { EcomConfig } from './config.ts';
import { type Answer, converse, type Heard } from './service.ts';
import { found, operation } from './wire.ts';
import { meaningOf, wordOf } from './word.ts';

/** `query`: what became of a payment. */
export function askPayment(config: EcomConfig): QueryOperation<PaymentQuestion, PaymentWord> {
  return {
    kind: 'query',
    name: 'ask-payment',
    policy: askPolicy,
    run: async ({ reference }, context) => {
      const answer = await ask(config, context, reference);
      return answer.kind === 'completed' ? completed(answer.result.word) : answer;
    },
  };
}

/** What they say of a reference, of a payment or of a refund. */
export interface Found {
  readonly word: PaymentWord;
  /** TranStatus; null where errCode alone speaks. */
  readonly status: string | null;
  /** VCBTranID. */
  readonly number: string | null;
}

/** A question has an id of its own, so that no earlier answer, sent again, is one to it. */
export function ask(config: EcomConfig, context: CallContext, reference: string): Promise<Answer<Found>> {
  return converse<Found>(config, context, {
    operation: operation.query,
    transaction: `${reference}Q${context.wall().toString(36).toUpperCase()}`,
    say: { queryTranID: reference },
    refuses: refusesQuestion,
    judge: (heard) => foundIn(reference, heard),
  });
}

function foundIn(reference: string, heard: Heard): Answer<Found> {
  if (!isDone(heard.code)) {
    const meaning = heard.code === code.notFound ? 'not-created' : meaningOf(heard.code);
    return completed<Found>({ word: wordOf({ reference, meaning, code: heard.code }), status: null, number: null });
  }
  if (tellsOfFailure(heard.words)) return unknown('unreadable');
  const read = readJson(heard.inner, found);
  if (!read.ok) return read.failure;
  const { TranStatus: status, queryTranID, VCBTranID: number, amount: amountVnd } = read.value;
  if (queryTranID !== reference) return drift('/queryTranID', 'the reference that was asked for', 'another');
  const meaning = meaningOf(status);
  const word = wordOf({ reference, meaning, code: `${heard.code}/${status}`, transaction: number, amountVnd });
  return completed<Found>({ word, status, number });
}
