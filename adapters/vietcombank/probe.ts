import { type CallContext, completed, type Outcome, unknown } from '../adapter.ts';
import type { VietcombankConfig } from './config.ts';
import { findByReference } from './find-order.ts';

/** No reference of ours, nor of anybody's. */
const NOBODYS = 'KIEM-TRA-KET-NOI';

/** Asks after an order that does not exist: that they say so is a sign of life, and that merchant and passcode are right. */
export async function probe(config: VietcombankConfig, context: CallContext): Promise<Outcome<string>> {
  const answer = await findByReference(config, context, NOBODYS);
  if (answer.kind !== 'completed') return answer;
  return answer.result.kind === 'unclear' ? unknown('server-error') : completed('answered');
}
