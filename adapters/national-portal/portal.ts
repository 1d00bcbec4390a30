import { folded } from '../../contracts/domain/text.ts';
import { type CallContext, type Failure, isFault, type NotSent, notSent, unknown, type WireFault } from '../adapter.ts';
import { inText, type TextReply, utf8 } from '../kit/bytes.ts';
import { below } from '../kit/config.ts';
import { type Read, readJson } from '../kit/json.ts';
import { fromFault, fromStatus, mayHoldAnswer, refusedAs } from '../kit/outcome.ts';
import {
  conclusionOf,
  createSessionKeeper,
  type LoginAnswer,
  loginFailure,
  type SessionSign,
  type Spoken,
} from '../kit/session.ts';
import { withoutSecrets } from '../kit/text.ts';
import type { PortalConfig } from './config.ts';
import { judge, maySpeakOfSession, saysDone, speaksOfRoute, speaksOfSession, type Verdict } from './verdict.ts';
import { type Envelope, envelope, loginReply, service as services } from './wire.ts';

/** A readable answer of a service. */
export interface Answered {
  readonly kind: 'answered';
  readonly verdict: Exclude<Verdict, 'expired' | 'busy' | 'broken'>;
  readonly code: string;
  /** Their words, our secrets taken out. */
  readonly message: string;
  readonly envelope: Envelope;
  /** A text of its rows, our secrets taken out: nothing of a row leaves the adapter without. */
  clean(text: string): string;
  /** Keeps the raw answer with the call, where a reader of its rows finds it needs a person. */
  keep(): void;
}

export interface Portal {
  /** One service call under the kept session (WIRE.md 1.2). */
  call(context: CallContext, service: string, fields: Readonly<Record<string, unknown>>): Promise<Answered | Failure>;
  /** A fresh login; undefined when it was granted. */
  login(context: CallContext): Promise<NotSent | undefined>;
}

/** As much of a raw answer as a person needs to understand it. */
const KEPT_CHARACTERS = 64 * 1024;
/** Services whose reply the known client reads as plain text. */
const PLAIN_TEXT_SERVICES: ReadonlySet<string> = new Set([services.syncProgress]);

/** The conversation with the portal: addressing, headers, login, session and envelope. Nothing about any one service. */
export function createPortal(config: PortalConfig): Portal {
  const keeper = createSessionKeeper({
    login: (context) => login(config, context),
    credential: () => JSON.stringify([config.url, config.username, config.password]),
  });

  return {
    async call(context, service, fields) {
      // All that is asked of the portal may be asked twice: queries, and commands that declare themselves repeatable.
      const kept = await keeper.converse(context, (session) => speak(config, context, session, service, fields));
      return conclusionOf(kept);
    },
    login: (context) => keeper.renew(context),
  };
}

async function speak(
  config: PortalConfig,
  context: CallContext,
  session: string,
  service: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<Spoken<Answered | Failure>> {
  const body = JSON.stringify({ session, madonvi: config.unit, service, ...fields });
  const reply = await post(config, context, '/mapi/g', body);
  if (isFault(reply)) return { sign: 'silent', answer: fromFault(reply) };

  const secrets = [session, config.password];
  const keep = () => context.keep(withoutSecrets(reply.body.slice(0, KEPT_CHARACTERS), secrets));
  const byStatus = fromStatus(reply, context);
  const barred = reply.status === 401 || reply.status === 403;
  if (byStatus || barred) {
    keep();
    const told = byStatus && mayHoldAnswer(reply.status, byStatus) ? readJson(reply.body, envelope) : undefined;
    const business = told?.ok ? underStatus(reply, answerOf(told.value, secrets, keep)) : undefined;
    if (business) return business;
    return {
      sign: signOfStatus(reply),
      answer: byStatus ?? notSent(reply.status === 401 ? 'login-failed' : 'client-error'),
    };
  }
  const read = readEnvelope(reply, service);
  if (!read.ok) {
    keep();
    const page = plainTextOf(reply.body);
    if (speaksOfSession(page) || maySpeakOfSession(page)) return { sign: 'expired', answer: notSent('login-failed') };
    return { sign: 'unrecognised', answer: read.failure };
  }
  const said = answerOf(read.value, secrets, keep);
  if (said.verdict !== 'done') keep();
  return spokenOf(said);
}

type Said = Omit<Answered, 'verdict'> & { readonly verdict: Verdict };

function answerOf(read: Envelope, secrets: readonly string[], keep: () => void): Said {
  const clean = (text: string): string => withoutSecrets(text, secrets);
  const code = clean(String(read.error_code).trim());
  const message = clean(read.message ?? '');
  return { kind: 'answered', verdict: judge(code, message), code, message, envelope: read, clean, keep };
}

function spokenOf(said: Said): Spoken<Answered | Failure> {
  const { verdict } = said;
  if (verdict === 'expired') return { sign: 'expired', answer: notSent('login-failed') };
  if (verdict === 'busy') return { sign: 'silent', answer: notSent('unavailable') };
  if (verdict === 'broken') return { sign: 'unrecognised', answer: unknown('server-error') };
  if (verdict === 'no' && maySpeakOfSession(said.message)) return { sign: 'denied', answer: { ...said, verdict } };
  return {
    sign: verdict === 'no' || verdict === 'unclear' ? 'unrecognised' : 'served',
    answer: { ...said, verdict },
  };
}

/**
 * What an envelope under a 4xx or 5xx says, where it says a business word; undefined leaves the status to speak. A
 * refusal that merely repeats the status, or speaks of the way to them, is a gateway's and none of theirs.
 */
function underStatus(reply: TextReply, said: Said): Spoken<Answered | Failure> | undefined {
  switch (said.verdict) {
    case 'expired':
    case 'exists':
    case 'unknown-record':
      return spokenOf(said);
    case 'no':
      if (said.code === String(reply.status) || speaksOfRoute(folded(said.message))) return undefined;
      // Without a word of why, a status of their own fault is the truer answer.
      return reply.status >= 500 && said.message.trim() === '' ? undefined : spokenOf(said);
    case 'done':
      // A yes beside a no: that they did not act is not proven.
      return reply.status < 500 ? { sign: 'unrecognised', answer: unknown('unreadable') } : undefined;
    default:
      return undefined;
  }
}

function readEnvelope(reply: TextReply, service: string): Read<Envelope> {
  const read = readJson(reply.body, envelope);
  if (read.ok || !PLAIN_TEXT_SERVICES.has(service)) return read;
  return saysDone(reply.body) && !reply.body.trimStart().startsWith('<')
    ? { ok: true, value: { error_code: 0, message: reply.body.slice(0, 1000), result: undefined, data: undefined } }
    : read;
}

/** The words of an answer that is no JSON, a page's marks taken out; "" for one too long to be a mere notice. */
function plainTextOf(body: string): string {
  return body.length > 4_000 ? '' : body.replace(/<[^>]*>/g, ' ');
}

/** What a status other than 2xx says of the session. */
function signOfStatus(reply: TextReply): SessionSign {
  const { status, headers, body } = reply;
  if (status === 401) return 'expired';
  if (status === 429 || status === 502 || status === 503 || status === 504) return 'silent';
  if (status < 400 && /log-?in|sign-?in|sso|dang-?nhap/i.test(headers.location ?? '')) return 'expired';
  if (speaksOfSession(plainTextOf(body))) return 'expired';
  return status === 403 ? 'denied' : 'unrecognised';
}

/** `mapi/login` (WIRE.md 1.2). Its answer holds the session, so it is never kept. */
async function login(config: PortalConfig, context: CallContext): Promise<LoginAnswer> {
  const body = JSON.stringify({ username: config.username, password: config.password });
  const reply = await post(config, context, '/mapi/login', body);
  if (isFault(reply)) return loginFailure(reply);
  if (reply.status === 401 || reply.status === 403) return { kind: 'refused' };
  const byStatus = fromStatus(reply, context);
  if (byStatus && saysNoToLogin(reply, byStatus)) return { kind: 'refused' };
  if (byStatus) return loginFailure(byStatus);
  const read = readJson(reply.body, loginReply);
  if (!read.ok) return loginFailure(read.failure);
  const { error_code: code, message, session } = read.value;
  const verdict = code == null ? 'done' : judge(code, message);
  if (verdict === 'busy') return { kind: 'failed', why: 'unavailable' };
  if (verdict === 'broken') return { kind: 'failed', why: 'server-error' };
  if (verdict === 'unclear') return { kind: 'failed', why: 'unreadable' };
  if (verdict !== 'done') return { kind: 'refused' };
  const token = session == null ? '' : String(session);
  return token === '' ? { kind: 'failed', why: 'unreadable' } : { kind: 'session', token };
}

/** "Wrong password" under a 4xx is the answer no: taken for a failure it would be asked until the account is locked. */
function saysNoToLogin(reply: TextReply, byStatus: Failure): boolean {
  if (reply.status >= 500 || !mayHoldAnswer(reply.status, byStatus)) return false;
  const read = readJson(reply.body, loginReply);
  if (!read.ok || read.value.error_code == null || !read.value.message) return false;
  const code = String(read.value.error_code).trim();
  if (code === String(reply.status) || speaksOfRoute(folded(read.value.message))) return false;
  const verdict = judge(code, read.value.message);
  return verdict === 'no' || verdict === 'expired';
}

async function post(
  config: PortalConfig,
  context: CallContext,
  path: string,
  body: string,
): Promise<TextReply | WireFault> {
  const url = below(config.url, path);
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/json',
    charset: 'utf-8',
  };
  if (config.dstcode !== undefined) {
    if (config.dstcodeIn === 'header') headers.dstcode = config.dstcode;
    else url.searchParams.set('dstcode', config.dstcode);
  }
  if (context.traceparent !== undefined) headers.traceparent = context.traceparent;
  const reply = await context.transport.send({ method: 'POST', url: url.href, headers, body: utf8(body) }, context);
  return isFault(reply) ? reply : inText(reply);
}

/** What is no yes, as our outcome: their business "no", or doubt where they contradict themselves. */
export function refusal(answer: Answered, fields: readonly string[] = []): Failure {
  return answer.verdict === 'unclear' ? unknown('unreadable') : refusedAs(answer.code, answer.message, fields);
}
