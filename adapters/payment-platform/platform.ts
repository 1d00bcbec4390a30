import {
  type CallContext,
  type Completed,
  drift,
  type Failure,
  isFault,
  notSent,
  type WireFault,
  type WireReply,
} from '../adapter.ts';
import { textOf, utf8 } from '../kit/bytes.ts';
import { readValue } from '../kit/json.ts';
import { fromFault, fromStatus, mayHoldAnswer, refusedAs } from '../kit/outcome.ts';
import { withoutSecrets } from '../kit/text.ts';
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
export type Answer<Result> = Completed<Result> | Failure;

/** What is said, and how what they say to it is judged. */
export interface Talk<Result> {
  readonly say: { readonly MaThamChieu: string } & Readonly<Record<string, unknown>>;
  /** Codes that are their "no" to it. */
  readonly refuses: ReadonlySet<string>;
  judge(heard: Heard): Answer<Result> | Promise<Answer<Result>>;
}

/** As much of a raw answer as a person needs to understand it. */
const KEPT_CHARACTERS = 64 * 1024;

/** One message and its answer. What is not a good answer is kept raw, without our secret. */
export async function converse<Result>(
  config: PlatformConfig,
  context: CallContext,
  talk: Talk<Result>,
): Promise<Answer<Result>> {
  const reply = await post(config, context, talk.say);
  return isFault(reply) ? fromFault(reply) : understand(config, context, reply, talk);
}

export async function understand<Result>(
  config: PlatformConfig,
  context: CallContext,
  reply: WireReply,
  talk: Talk<Result>,
): Promise<Answer<Result>> {
  const body = textOf(reply.body);
  const clean = (text: string) => withoutSecrets(text, [config.secret]);
  const answer = await judged(body, statusOf(reply, context), clean, reply.status, talk);
  if (answer.kind !== 'completed') context.keep(clean(body.slice(0, KEPT_CHARACTERS)));
  return answer;
}

/** What a status alone says; undefined where the body decides. There is no session that 401 or 403 could speak of. */
export const statusOf = (reply: WireReply, context: CallContext): Failure | undefined =>
  fromStatus(reply, context) ?? ([401, 403].includes(reply.status) ? notSent('client-error') : undefined);

async function judged<Result>(
  body: string,
  byStatus: Failure | undefined,
  clean: (text: string) => string,
  status: number,
  { say, refuses, judge }: Talk<Result>,
): Promise<Answer<Result>> {
  if (byStatus !== undefined && !mayHoldAnswer(status, byStatus)) return byStatus;
  const message = readAnswer(body);
  if (!isMessage(message)) return byStatus ?? message;
  const read = readValue(message.values, answered);
  if (!read.ok) return byStatus ?? read.failure;
  const { MaLoi: code, MoTaLoi: words, MaThamChieu: reference } = read.value;
  if (refuses.has(code)) {
    if (reference !== '' && reference !== say.MaThamChieu) return byStatus ?? anotherReference();
    return refusedAs(code, clean(words) || `MaLoi ${code}`);
  }
  return byStatus ?? judge({ code, words, reference, message });
}

export const anotherReference = () => drift('/MaThamChieu', 'the reference that was sent', 'another');

/** Every message is posted to the one address. */
export function post(config: PlatformConfig, context: CallContext, say: object): Promise<WireReply | WireFault> {
  const headers = { accept: 'application/json', 'content-type': 'application/json', ...traced(context) };
  return context.transport.send({ method: 'POST', url: config.url, headers, body: utf8(JSON.stringify(say)) }, context);
}

export const traced = ({ traceparent }: CallContext): Readonly<Record<string, string>> =>
  traceparent === undefined ? {} : { traceparent };
