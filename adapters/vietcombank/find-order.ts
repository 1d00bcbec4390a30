import { type CallContext, completed, drift } from '../adapter.ts';
import type { Answer } from '../kit/coded-answer.ts';
import { readValue } from '../kit/json.ts';
import { code, refusesQuestion } from './codes.ts';
import type { VietcombankConfig } from './config.ts';
import { converse, type Heard } from './gateway.ts';
import { type Told, told } from './wire.ts';

/** What they say to a question after one order; `code` is theirs. */
export type Finding = (
  | { readonly kind: 'found'; readonly order: Told }
  /** They say that there is none. */
  | { readonly kind: 'missing' }
  /** A code that decides nothing. */
  | { readonly kind: 'unclear' }
) & { readonly code: string };

/** `CheckOrder`. */
export const findByToken = (config: VietcombankConfig, context: CallContext, token: string): Promise<Answer<Finding>> =>
  converse(config, context, {
    name: 'CheckOrder',
    values: { token_code: token },
    pointers: { token_code: '/handle' },
    refuses: refusesQuestion,
    judge: (heard) => findingOf(heard, code.tokenCode),
  });

/** `CheckOrderByOrderCode`. */
export const findByReference = (
  config: VietcombankConfig,
  context: CallContext,
  reference: string,
): Promise<Answer<Finding>> =>
  converse(config, context, {
    name: 'CheckOrderByOrderCode',
    values: { order_code: reference },
    pointers: { order_code: '/reference' },
    refuses: refusesQuestion,
    judge: (heard) => findingOf(heard, code.orderCode),
  });

/** `missing` is the code that complains of what they were asked by: sound as it is, it can only be unknown to them [assumed]. */
function findingOf({ code: theirs, data }: Heard, missing: string): Answer<Finding> {
  if (theirs === missing) return completed<Finding>({ kind: 'missing', code: theirs });
  if (theirs !== code.done) return completed<Finding>({ kind: 'unclear', code: theirs });
  const read = readValue(data, told, '/result_data');
  return read.ok ? completed<Finding>({ kind: 'found', order: read.value, code: theirs }) : read.failure;
}

export const anotherReference = () => drift('/result_data/order_code', 'the order_code that was asked for', 'another');
