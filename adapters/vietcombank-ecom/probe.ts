import { type CallContext, completed, type Outcome, unknown } from '../adapter.ts';
import { ask } from './ask-payment.ts';
import { saysNothing } from './codes.ts';
import type { EcomConfig } from './config.ts';

/** No reference of ours, nor of anybody's. */
const NOBODYS = 'KIEM-TRA-KET-NOI';

/** Asks after a payment that does not exist: that they say so is a sign of life, and that keys and partner are right. */
export async function probe(config: EcomConfig, context: CallContext): Promise<Outcome<string>> {
  const answer = await ask(config, context, NOBODYS);
  if (answer.kind !== 'completed') return answer;
  return saysNothing.has(answer.result.word.code ?? '') ? unknown('server-error') : completed('answered');
}
