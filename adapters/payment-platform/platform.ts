import { type CallContext, drift, isFault, type WireFault, type WireReply } from '../adapter.ts';
import { utf8 } from '../kit/bytes.ts';
import { type Answer, traced, understood } from '../kit/coded-answer.ts';
import { type Read, readValue } from '../kit/json.ts';
import { fromFault, refusedAs } from '../kit/outcome.ts';
import type { PlatformConfig } from './config.ts';
import { isMessage, readAnswer, type WireMessage } from './message.ts';
import { answered } from './wire.ts';

/** Their answer under a good status, that is no refusal. */
export interface Heard {
  readonly code: string;
  readonly words: string;
  /** MaThamChieu; "" where they did not name it. */
  readonly reference: string;
  readonly message: WireMessage;
}

/** What is said, and how what they say to it is judged. */
export interface Talk<Result> {
  readonly say: { readonly MaThamChieu: string } & Readonly<Record<string, unknown>>;
  /** Codes that are their "no" to it. */
  readonly refuses: ReadonlySet<string>;
  judge(heard: Heard): Answer<Result> | Promise<Answer<Result>>;
}

/** One message and its answer. */
export async function converse<Result>(
  config: PlatformConfig,
  context: CallContext,
  talk: Talk<Result>,
): Promise<Answer<Result>> {
  const reply = await post(config, context, talk.say);
  return isFault(reply) ? fromFault(reply) : understand(config, context, reply, talk);
}

export const understand = <Result>(
  config: PlatformConfig,
  context: CallContext,
  reply: WireReply,
  { say, refuses, judge }: Talk<Result>,
): Promise<Answer<Result>> =>
  understood<Heard, Result>(context, reply, [config.secret], {
    read: heardIn,
    refusal: ({ code, words, reference }, clean) => {
      if (!refuses.has(code)) return undefined;
      if (reference !== '' && reference !== say.MaThamChieu) return anotherReference();
      return refusedAs(code, clean(words) || `MaLoi ${code}`);
    },
    judge,
  });

function heardIn(body: string): Read<Heard> {
  const message = readAnswer(body);
  if (!isMessage(message)) return { ok: false, failure: message };
  const read = readValue(message.values, answered);
  if (!read.ok) return read;
  const { MaLoi: code, MoTaLoi: words, MaThamChieu: reference } = read.value;
  return { ok: true, value: { code, words, reference, message } };
}

export const anotherReference = () => drift('/MaThamChieu', 'the reference that was sent', 'another');

/** Every message is posted to the one address. */
export function post(config: PlatformConfig, context: CallContext, say: object): Promise<WireReply | WireFault> {
  const headers = { accept: 'application/json', 'content-type': 'application/json', ...traced(context) };
  return context.transport.send({ method: 'POST', url: config.url, headers, body: utf8(JSON.stringify(say)) }, context);
}
