import { folded } from '../../contracts/domain/text.ts';
import { type CallContext, completed, drift, type Failure, isFault, notSent, unknown } from '../adapter.ts';
import { inText, utf8 } from '../kit/bytes.ts';
import { type Answer, traced } from '../kit/coded-answer.ts';
import { below } from '../kit/config.ts';
import { type Read, readJson } from '../kit/json.ts';
import { fromFault, fromStatus, mayHoldAnswer, refusedAs } from '../kit/outcome.ts';
import type { SessionSign, Spoken } from '../kit/session.ts';
import { tellsOfFailure, withoutSecrets } from '../kit/text.ts';
import { type LandConfig, secretsOf } from './config.ts';
import { envelope } from './wire.ts';

/** What a yes says beside itself. */
export interface Done {
  /** They said that it was there already. */
  readonly before: boolean;
}

/** As much of a raw answer as a person needs to understand it. */
const KEPT_CHARACTERS = 64 * 1024;

/** One call and its answer; `token` undefined where there is none to show. */
export async function speak(
  config: LandConfig,
  context: CallContext,
  token: string | undefined,
  path: string,
  message: object,
): Promise<Spoken<Answer<Done>>> {
  const heard = await context.transport.send(
    {
      method: 'POST',
      url: below(config.url, path).href,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json; charset=utf-8',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...traced(context),
      },
      body: utf8(JSON.stringify(message)),
    },
    context,
  );
  if (isFault(heard)) return { sign: 'silent', answer: fromFault(heard) };
  const reply = inText(heard);
  const clean = (text: string) =>
    withoutSecrets(text, token === undefined ? secretsOf(config) : [token, ...secretsOf(config)]);
  const byStatus = barred(reply.status, token) ?? fromStatus(reply, context);
  const spoken = judged(reply.status, byStatus, heardIn(reply.body, clean));
  if (spoken.answer.kind !== 'completed') context.keep(clean(reply.body.slice(0, KEPT_CHARACTERS)));
  return spoken;
}

/** Such a no is about us and not about what was said, whatever words stand beside it. */
function barred(status: number, token: string | undefined): Failure | undefined {
  if (status !== 401 && status !== 403) return undefined;
  return notSent(status === 401 && token !== undefined ? 'login-failed' : 'client-error');
}

/** Under a failing status only what is there already and what is refused in words are believed, never a bare yes. */
function judged(status: number, byStatus: Failure | undefined, heard: Read<Answer<Done>>): Spoken<Answer<Done>> {
  if (byStatus === undefined) {
    const answer = heard.ok ? heard.value : heard.failure;
    return { sign: isTheirs(answer) ? 'served' : 'unrecognised', answer };
  }
  if (status !== 401 && status !== 403 && mayHoldAnswer(status, byStatus) && heard.ok && saysWhy(heard.value))
    return { sign: 'served', answer: heard.value };
  return { sign: signOf(status), answer: byStatus };
}

const isTheirs = ({ kind }: Answer<Done>): boolean => kind === 'completed' || kind === 'rejected';
const saysWhy = (answer: Answer<Done>): boolean =>
  answer.kind === 'completed' ? answer.result.before : answer.kind === 'rejected' && answer.message !== '';

/** That a session is over is said by 401 [assumed]. */
function signOf(status: number): SessionSign {
  if (status === 401) return 'expired';
  if (status === 403) return 'denied';
  return status === 429 || status >= 502 ? 'silent' : 'unrecognised';
}

/**
 * `đã tồn tại` first, whatever stands beside it (WIRE-2 3.4b); then `data` 1 is done unless the words tell of a failure,
 * and `data` 0 or `success` false is their no. Yes and no at once are believed in neither.
 */
function heardIn(body: string, clean: (text: string) => string): Read<Answer<Done>> {
  const read = readJson(body, envelope);
  if (!read.ok) return read;
  const { data, status } = read.value;
  const value = (answer: Answer<Done>): Read<Answer<Done>> => ({ ok: true, value: answer });
  if (folded(status.message).includes('da ton tai')) return value(completed({ before: true }));
  const done = truthOf(data);
  const success = truthOf(status.success);
  if (done === true) {
    const doubtful = success === false || tellsOfFailure(status.message);
    return value(doubtful ? unknown('unreadable') : completed({ before: false }));
  }
  if (done === false || success === false) return value(refusedAs(status.code || '0', clean(status.message)));
  return { ok: false, failure: drift('/data', '1 or 0', data == null ? 'missing' : 'another value') };
}

/** True, false, 1 and 0, however they are written; undefined for all else. */
function truthOf(value: string | number | boolean | null | undefined): boolean | undefined {
  const text = String(value ?? '')
    .trim()
    .toLowerCase();
  if (text === '1' || text === 'true') return true;
  return text === '0' || text === 'false' ? false : undefined;
}
