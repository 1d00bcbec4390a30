import { isCode } from '../../contracts/domain/codes.ts';
import type {
  LandDossier,
  LandReturned,
  LandSupplement,
  LandTaken,
  LandWrongResult,
} from '../../contracts/domain/land-dossier.ts';
import { type ActCommand, completed, type Manual, type Repeatable } from '../adapter.ts';
import { unsayable } from '../kit/delimiter.ts';
import type { LandConfig } from './config.ts';
import { kinds, type LandCall } from './kinds.ts';
import type { Line } from './line.ts';
import { receiveMessage, returnedMessage, supplementMessage, wrongResultMessage } from './messages.ts';
import { actPolicy } from './policy.ts';
import { speak } from './speak.ts';

/** The four things that a land system is told. It can be asked nothing, so that none of them can be confirmed. */
export function landCommands(config: LandConfig, line: Line) {
  const act = <Input extends { readonly receiptNumber: string }>(
    name: string,
    call: LandCall,
    recovery: Repeatable | Manual,
    message: (input: Input) => object,
  ): ActCommand<Input, LandTaken> => ({
    kind: 'act',
    mode: 'queued',
    name,
    policy: actPolicy,
    recovery,
    run: async (input, context) => {
      const { receiptNumber } = input;
      // They name it in all that they tell us, and there only a code is taken.
      if (!isCode(receiptNumber)) return unsayable('must be a code', '/receiptNumber');
      const path = kinds[config.kind].path[call];
      const answer = await line.converse(context, (token) => speak(config, context, token, path, message(input)));
      return answer.kind === 'completed' ? completed({ receiptNumber, ...answer.result }) : answer;
    },
  });
  return {
    'receive-dossier': act<LandDossier>(
      'receive-dossier',
      'receive',
      {
        kind: 'repeatable',
        why: 'One dossier stands under a receipt number: a second one is answered "đã tồn tại", which is the yes to the first',
      },
      receiveMessage,
    ),
    'supplement-dossier': act<LandSupplement>(
      'supplement-dossier',
      'supplement',
      {
        kind: 'manual',
        why: 'Whether papers sent twice stand there twice, and end a later request for others, is not published, and nobody can be asked',
      },
      supplementMessage,
    ),
    'dossier-returned': act<LandReturned>(
      'dossier-returned',
      'returned',
      { kind: 'repeatable', why: 'It states one fact with its time: the same again leaves the same state' },
      returnedMessage,
    ),
    'wrong-result': act<LandWrongResult>(
      'wrong-result',
      'wrongResult',
      {
        kind: 'manual',
        why: 'It makes them do the result again: a second one may undo what was mended since, and nobody can be asked',
      },
      wrongResultMessage,
    ),
  };
}
