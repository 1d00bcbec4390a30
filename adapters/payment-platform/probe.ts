import { type CallContext, completed, type Outcome, unknown } from '../adapter.ts';
import { ask } from './ask-payment.ts';
import { saysNothing } from './codes.ts';
import type { PlatformConfig } from './config.ts';

/** No reference of ours, nor of anybody's. */
const NOBODYS = 'KIEM-TRA-KET-NOI';

/** Asks after a payment that does not exist: that they say so is a sign of life, and that our partner and secret are right. */
export async function probe(config: PlatformConfig, context: CallContext): Promise<Outcome<string>> {
  const answer = await ask(config, context, { reference: NOBODYS, handle: null, madeAt: context.wall() });
  if (answer.kind !== 'completed') return answer;
  return saysNothing.has(answer.result.code ?? '') ? unknown('server-error') : completed('answered');
}
