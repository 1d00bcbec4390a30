import { jsonReply, type Reply } from '../kit/delivery.ts';
import { type OpenRequest, openRequest, type Words } from '../kit/open-request.ts';
import { answerTo, written } from './answers.ts';
import { judge, type Refusal } from './judge.ts';
import { operations } from './messages.ts';
import { type Message, messageIn } from './seals.ts';
import type { PlatformState } from './state.ts';

const EMPTY: Message = {};

/** Reads a message of the partner and begins it; its service is its LoaiBanTin. */
export function beginMessage(state: PlatformState, body: string): OpenRequest {
  const { counters, settings, openCalls } = state;
  counters.requests += 1;
  const message = messageIn(body) ?? EMPTY;
  const type = typeof message.LoaiBanTin === 'string' ? message.LoaiBanTin : '';
  counters.calls[type] = (counters.calls[type] ?? 0) + 1;
  const operation = Object.hasOwn(operations, type) ? operations[type] : undefined;
  const references = typeof message.MaThamChieu === 'string' ? [message.MaThamChieu] : [];
  const refusal: Refusal | undefined =
    operation === undefined ? { code: '02', detail: 'LoaiBanTin' } : judge(settings, type, message);
  const barred = refusal && refused(state, message, refusal);
  return openRequest(state, {
    service: type,
    codes: references,
    barred,
    session: undefined,
    hold: () => openCalls.begin(type === 'INIT' ? references : []),
    perform: () => operation?.(state, message) ?? written(settings, answerTo(message, '99')),
    withheld: () => (type === 'INIT' ? state.takeAhead() : undefined),
    words: wordsFor(state, message),
  });
}

function refused({ counters, settings }: PlatformState, message: Message, { code, detail }: Refusal): Reply {
  counters.refusals += 1;
  if (code === '07') counters.badSeals += 1;
  return written(settings, answerTo(message, code, detail));
}

/** Of a platform that knows no logins. */
export function wordsFor({ settings }: PlatformState, message: Message): Words<never> {
  const no = (code: number | string = '99', text?: string): Reply => {
    const answer = answerTo(message, String(code));
    return written(settings, text === undefined ? answer : { ...answer, MoTaLoi: text });
  };
  const noLogin = (): Reply => jsonReply({ error: 'unauthorized' }, 401);
  return {
    yes: () => written(settings, answerTo(message, '00')),
    half: '{"MaLoi":"00","MoTaLoi":"Thành c',
    sessionOver: noLogin,
    loginRefused: noLogin,
    no,
    own: () => no(),
  };
}
