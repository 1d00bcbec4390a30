import type { z } from 'zod';
import {
  type CallContext,
  type Completed,
  completed,
  type Failure,
  isFault,
  type NotSent,
  notSent,
  unknown,
  type WireFault,
} from '../../../adapters/adapter.ts';
import { inText, type TextReply, utf8 } from '../../../adapters/kit/bytes.ts';
import { below } from '../../../adapters/kit/config.ts';
import { readJson, readValue } from '../../../adapters/kit/json.ts';
import { fromFault, fromStatus, mayHoldAnswer, refusedAs } from '../../../adapters/kit/outcome.ts';
import {
  conclusionOf,
  createSessionKeeper,
  type LoginAnswer,
  loginFailure,
  type SessionSign,
  type Spoken,
} from '../../../adapters/kit/session.ts';
import { withoutSecrets } from '../../../adapters/kit/text.ts';
import type { PracticeConfig } from './config.ts';
import { type Envelope, envelope, SESSION_CODE, type Service, service, session } from './wire.ts';

export interface Bureau {
  /** One call under the kept session; its `data` as the schema has it. */
  call<Data>(context: CallContext, name: Service, fields: object, data: z.ZodType<Data>): Promise<Answer<Data>>;
  /** A fresh login; undefined when it was granted. */
  login(context: CallContext): Promise<NotSent | undefined>;
}
type Answer<Data> = Completed<Data> | Failure;

/** As much of a raw answer as a person needs to understand it. */
const KEPT_CHARACTERS = 64 * 1024;

/** The conversation with the bureau: addressing, login, session and envelope. Nothing about any one service. */
export function createBureau(config: PracticeConfig): Bureau {
  const keeper = createSessionKeeper({
    login: (context) => login(config, context),
    credential: () => JSON.stringify([config.url, config.username, config.password]),
  });
  return {
    call: async (context, name, fields, data) =>
      conclusionOf(await keeper.converse(context, (token) => speak({ config, context, token }, name, fields, data))),
    login: (context) => keeper.renew(context),
  };
}

interface Speaking {
  readonly config: PracticeConfig;
  readonly context: CallContext;
  readonly token: string;
}

async function speak<Data>(
  { config, context, token }: Speaking,
  name: Service,
  fields: object,
  data: z.ZodType<Data>,
): Promise<Spoken<Answer<Data>>> {
  const reply = await post(config, context, name, fields, token);
  if (isFault(reply)) return { sign: 'silent', answer: fromFault(reply) };
  const clean = (text: string) => withoutSecrets(text, [token, config.password]);
  const spoken = understand(reply, context, clean, data);
  if (spoken.answer.kind !== 'completed') context.keep(clean(reply.body.slice(0, KEPT_CHARACTERS)));
  return spoken;
}

function understand<Data>(
  reply: TextReply,
  context: CallContext,
  clean: (text: string) => string,
  data: z.ZodType<Data>,
): Spoken<Answer<Data>> {
  const read = readJson(reply.body, envelope);
  if (reply.status === 401 || reply.status === 403) {
    // Only their own word for it is an expiry: nothing is sent again because a gateway in between said so.
    const expired = read.ok && read.value.code === SESSION_CODE;
    return expired
      ? { sign: 'expired', answer: notSent('login-failed') }
      : { sign: 'denied', answer: notSent('client-error') };
  }
  const byStatus = fromStatus(reply, context);
  if (byStatus) {
    const told = read.ok && mayHoldAnswer(reply.status, byStatus) ? refusal(read.value, clean) : undefined;
    return told ? { sign: 'served', answer: told } : { sign: signOf(reply.status), answer: byStatus };
  }
  if (!read.ok) return { sign: 'unrecognised', answer: read.failure };
  const no = refusal(read.value, clean);
  if (no) return { sign: 'served', answer: no };
  // Yes and no in one breath, or a no without a word of why.
  if (!read.value.ok || read.value.code !== undefined) return { sign: 'unrecognised', answer: unknown('unreadable') };
  const value = readValue(read.value.data, data, '/data');
  return value.ok
    ? { sign: 'served', answer: completed(value.value) }
    : { sign: 'unrecognised', answer: value.failure };
}

/** Their business "no", which has a code and words. */
function refusal({ ok, code, text }: Envelope, clean: (text: string) => string) {
  if (ok || !code || !text) return undefined;
  return refusedAs(clean(code), clean(text));
}

/** A gateway that says so stands before whatever keeps the sessions. */
const signOf = (status: number): SessionSign => (status === 429 || status >= 502 ? 'silent' : 'unrecognised');

/** Its answer holds the token, so that it is never kept. */
async function login(config: PracticeConfig, context: CallContext): Promise<LoginAnswer> {
  const reply = await post(config, context, service.login, { username: config.username, password: config.password });
  if (isFault(reply)) return loginFailure(reply);
  const read = readJson(reply.body, envelope);
  if (reply.status === 401 && read.ok && !read.value.ok) return { kind: 'refused' };
  const byStatus = fromStatus(reply, context);
  if (byStatus) return loginFailure(byStatus);
  if (!read.ok) return loginFailure(read.failure);
  if (!read.value.ok) return { kind: 'failed', why: 'unreadable' };
  const opened = readValue(read.value.data, session);
  return opened.ok ? { kind: 'session', token: opened.value.token } : loginFailure(opened.failure);
}

async function post(
  config: PracticeConfig,
  context: CallContext,
  name: Service,
  fields: object,
  token?: string,
): Promise<TextReply | WireFault> {
  const headers: Record<string, string> = { accept: 'application/json', 'content-type': 'application/json' };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (context.traceparent !== undefined) headers.traceparent = context.traceparent;
  const url = below(config.url, `/api/${name}`).href;
  const body = utf8(JSON.stringify(fields));
  const reply = await context.transport.send({ method: 'POST', url, headers, body }, context);
  return isFault(reply) ? reply : inText(reply);
}
