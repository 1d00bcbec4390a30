import type { LandTaxAnswer } from '../../contracts/domain/transfer-slip.ts';
import {
  type Accepted,
  accepted,
  type CallContext,
  type Drift,
  drift,
  type QueryOperation,
  unknown,
} from '../adapter.ts';
import type { Answer } from '../kit/coded-answer.ts';
import { unsayable } from '../kit/delimiter.ts';
import { readValue } from '../kit/json.ts';
import { refusedAs } from '../kit/outcome.ts';
import { tellsOfFailure } from '../kit/text.ts';
import { answerOf } from './answer.ts';
import type { LandTaxConfig } from './config.ts';
import { fieldsIn, ROW } from './fields.ts';
import { fetchPolicy } from './policy.ts';
import { type Awaited, awaitedBy, dossierMark, questionMark } from './reference.ts';
import { converse } from './service.ts';
import { type About, about, COMPLETE, type Envelope, ERROR, QUESTION_OF, RESULT, RESULTS } from './wire.ts';

type Told = Answer<LandTaxAnswer> | Accepted;

/**
 * The answer to a question, by the reference under which it was accepted. `accepted` again, under the same: they have not
 * finished. Their codes that no list names, and an answer that is not there yet, decide nothing.
 */
export function fetchTaxAnswer(config: LandTaxConfig): QueryOperation<string, LandTaxAnswer> {
  return {
    kind: 'query',
    name: 'fetch-tax-answer',
    policy: fetchPolicy,
    run: async (ref, context) => {
      const awaited = awaitedBy(ref);
      if (awaited === undefined) return unsayable('must be a reference that ask-tax gave', '');
      return converse<Told>(config, context, fetchBody(awaited), async (said, clean) => {
        const answer = await told(config, context, ref, awaited, said);
        return answer.kind === 'rejected' ? { ...answer, message: clean(answer.message) } : answer;
      });
    },
  };
}

/** How an answer is asked for [assumed]. */
export const fetchBody = ({ guid, type }: Pick<Awaited, 'guid' | 'type'>): Readonly<Record<string, string>> => ({
  MESSAGE_CODE: guid,
  MESSAGE_TYPE: type,
});

async function told(
  config: LandTaxConfig,
  context: CallContext,
  ref: string,
  awaited: Awaited,
  { ResultCode, Message, ReturnValue }: Envelope,
): Promise<Told> {
  const xml = (ReturnValue ?? '').trim();
  if (ResultCode !== RESULT.yes) return unknown('server-error');
  if (tellsOfFailure(Message ?? '')) return unknown('unreadable');
  if (xml === '') return accepted(ref);
  const read = await fieldsIn(config, xml, context.wall());
  if (read.kind === 'drift') return read;
  const said = readValue(read.fields, about, ROW);
  if (!said.ok) return said.failure;
  return notOurs(said.value, awaited) ?? phaseOf(said.value, awaited, ref) ?? complete(said.value, awaited, read);
}

/** Of another dossier, slip or question: nothing in it is believed, be it a yes or a no. */
function notOurs({ MSG_TYPE, MA_HS, SO_PHIEU, SEQ_ID, SEQ_REFID }: About, awaited: Awaited): Drift | undefined {
  if (QUESTION_OF.get(MSG_TYPE) !== QUESTION_OF.get(awaited.type))
    return drift(`${ROW}/MSG_TYPE`, 'the type that was asked', 'another');
  if (dossierMark(MA_HS, SO_PHIEU) !== awaited.dossierMark)
    return drift(`${ROW}/MA_HS`, 'the dossier and slip that were asked about', 'another');
  const ids = [SEQ_ID, SEQ_REFID].filter((id) => id !== null);
  // Sample answers of the tax department leave ids empty; where one stands, it is that of our question.
  if (ids.length > 0 && !ids.some((id) => questionMark(id) === awaited.questionMark))
    return drift(`${ROW}/SEQ_ID`, 'our own id', 'another');
  return undefined;
}

/** Undefined where the answer is complete. */
function phaseOf(said: About, awaited: Awaited, ref: string): Told | undefined {
  const { ERROR_CODE, ERROR_DESC, MA_KETQUA, DIEN_GIAI } = said;
  if (ERROR_CODE === null && MA_KETQUA === null) return drift(`${ROW}/ERROR_CODE`, 'a code', 'missing');
  if (ERROR_CODE !== null && ERROR_CODE !== ERROR.none) {
    if (MA_KETQUA === COMPLETE) return unknown('unreadable');
    return ERROR.refuses.test(ERROR_CODE)
      ? refusedAs(ERROR_CODE, ERROR_DESC ?? `ERROR_CODE ${ERROR_CODE}`)
      : unknown('server-error');
  }
  if (MA_KETQUA === null) return accepted(ref);
  const question = QUESTION_OF.get(awaited.type);
  if (question === undefined || !RESULTS[question].test(MA_KETQUA)) return unknown('server-error');
  if (MA_KETQUA !== COMPLETE) return accepted(ref);
  return [ERROR_DESC, DIEN_GIAI].some((words) => tellsOfFailure(words ?? '')) ? unknown('unreadable') : undefined;
}

function complete(said: About, { type }: Awaited, read: Parameters<typeof answerOf>[2]): Told {
  const question = QUESTION_OF.get(type);
  return question === undefined ? unknown('unreadable') : answerOf(question, said, read);
}
