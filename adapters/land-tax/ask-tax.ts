import type { LandTaxAnswer, LandTaxAsk } from '../../contracts/domain/transfer-slip.ts';
import { type ActCommand, accepted } from '../adapter.ts';
import type { LandTaxConfig } from './config.ts';
import { askMessage } from './message.ts';
import { answerLater, askPolicy } from './policy.ts';
import { refOf } from './reference.ts';
import { handOver } from './service.ts';

/** Types 14, 16 and 17: what is owed, or how the dossier stands. They take the question, and answer it later. */
export function askTax(config: LandTaxConfig): ActCommand<LandTaxAsk, LandTaxAnswer> {
  return {
    kind: 'act',
    name: 'ask-tax',
    mode: 'queued',
    policy: askPolicy,
    recovery: { kind: 'repeatable', why: 'A question changes nothing: asked twice it is answered twice.' },
    later: answerLater,
    run: async (ask, context) => {
      const answer = await handOver(config, context, askMessage(config, ask));
      return answer.kind === 'completed' ? accepted(refOf(answer.result, ask)) : answer;
    },
  };
}
