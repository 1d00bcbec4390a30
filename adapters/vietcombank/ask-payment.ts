import type { PaymentQuestion, PaymentWord } from '../../contracts/domain/payment.ts';
import { type CallContext, completed, type QueryOperation } from '../adapter.ts';
import type { Answer } from '../kit/coded-answer.ts';
import { askPolicy } from '../kit/page-policy.ts';
import type { VietcombankConfig } from './config.ts';
import { type Finding, findByReference, findByToken } from './find-order.ts';
import { bareWord, wordOf } from './word.ts';

/** `CheckOrder`, or `CheckOrderByOrderCode` where the token never came: what became of a payment. */
export function askPayment(config: VietcombankConfig): QueryOperation<PaymentQuestion, PaymentWord> {
  return {
    kind: 'query',
    name: 'ask-payment',
    policy: askPolicy,
    run: async (question, context) => {
      const found = await find(config, context, question);
      return found.kind === 'completed' ? completed(wordIn(found.result, question)) : found;
    },
  };
}

/** They gave us the token, so that "no such token" alone does not say that there is no order: it is asked for by its reference. */
async function find(
  config: VietcombankConfig,
  context: CallContext,
  { reference, handle }: PaymentQuestion,
): Promise<Answer<Finding>> {
  const byToken = handle === null ? undefined : await findByToken(config, context, handle);
  const lost = byToken?.kind === 'completed' && byToken.result.kind === 'missing';
  return byToken === undefined || lost ? findByReference(config, context, reference) : byToken;
}

/** An order of another reference is told as it is: who hears a word compares. */
function wordIn(found: Finding, { reference }: PaymentQuestion): PaymentWord {
  if (found.kind === 'found') return wordOf(found.order, found.code);
  return bareWord(reference, found.kind === 'missing' ? 'not-created' : 'unlisted', found.code);
}
