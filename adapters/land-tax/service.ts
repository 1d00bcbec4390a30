import { fromUtf8 } from '../../contracts/domain/text.ts';
import { type Accepted, type CallContext, drift, type Failure, isFault, notSent, unknown } from '../adapter.ts';
import { textOf, utf8 } from '../kit/bytes.ts';
import { type Answer, statusOf, traced } from '../kit/coded-answer.ts';
import { readJson } from '../kit/json.ts';
import { fromFault, mayHoldAnswer, refusedAs } from '../kit/outcome.ts';
import { tellsOfFailure, withoutSecrets } from '../kit/text.ts';
import { landProfile } from '../kit/xml-signature/partner-profiles.ts';
import { signXml } from '../kit/xml-signature/sign.ts';
import type { LandTaxConfig } from './config.ts';
import type { Message } from './message.ts';
import { type Envelope, envelope, GUID, RESULT } from './wire.ts';

/** As much of a raw answer as a person needs to understand it. */
const KEPT_CHARACTERS = 64 * 1024;

type Clean = (text: string) => string;
/** `clean` takes our token out of their words. */
type Judge<Told> = (said: Envelope, clean: Clean) => Told | Promise<Told>;

/**
 * One POST and its answer. Under a failing status only their "no" is believed. What is neither a yes nor "not yet" is
 * kept raw, without our token.
 */
export async function converse<Told extends Answer<unknown> | Accepted>(
  { url, token }: LandTaxConfig,
  context: CallContext,
  say: Readonly<Record<string, string>>,
  judge: Judge<Told>,
): Promise<Told | Failure> {
  const reply = await context.transport.send(
    {
      method: 'POST',
      url,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json; charset=utf-8',
        authorization: `Bearer ${token}`,
        ...traced(context),
      },
      body: utf8(JSON.stringify(say)),
    },
    context,
  );
  if (isFault(reply)) return fromFault(reply);
  const byStatus = statusOf(reply, context);
  const readable = byStatus === undefined || mayHoldAnswer(reply.status, byStatus);
  const clean = (text: string) => withoutSecrets(text, [token]);
  const said = readable ? await heard(reply.body, clean, judge) : undefined;
  const answer: Told | Failure = said?.kind === 'rejected' ? said : (byStatus ?? said ?? unknown('unreadable'));
  const isGood = ['completed', 'accepted'].includes(answer.kind);
  if (!isGood) context.keep(clean(textOf(reply.body).slice(0, KEPT_CHARACTERS)));
  return answer;
}

async function heard<Told>(body: Uint8Array, clean: Clean, judge: Judge<Told>) {
  const text = fromUtf8(body);
  if (text === undefined) return drift('', 'UTF-8', 'another encoding');
  const read = readJson(text, envelope);
  return read.ok ? judge(read.value, clean) : read.failure;
}

/** Signs a message and hands it over: the GUID under which they have it. */
export async function handOver(
  config: LandTaxConfig,
  context: CallContext,
  { type, xml }: Message,
): Promise<Answer<string>> {
  const signed = await signedBy(config, xml);
  // A key and a certificate that are no pair, or a message longer than may be signed: ours to set right.
  if (signed === undefined) return notSent('client-error');
  return converse<Answer<string>>(config, context, { MESSAGE_TYPE: type, XML_CONTENT: signed }, taken);
}

async function signedBy({ signingKey, signingCert }: LandTaxConfig, xml: string): Promise<string | undefined> {
  try {
    return await signXml(xml, landProfile, { privateKeyPem: signingKey, certificatePem: signingCert });
  } catch {
    return undefined;
  }
}

function taken({ ResultCode, Message, ReturnValue }: Envelope, clean: Clean): Answer<string> {
  const words = (Message ?? '').trim();
  const given = (ReturnValue ?? '').trim();
  // A "no" beside what only a yes has is neither; so are codes that nobody has listed.
  if (ResultCode === RESULT.no && given === '')
    return refusedAs(ResultCode, clean(words) || `ResultCode ${ResultCode}`);
  if (ResultCode !== RESULT.yes) return unknown('server-error');
  if (tellsOfFailure(words)) return unknown('unreadable');
  const [, guid] = GUID.exec(given) ?? [];
  return guid === undefined
    ? drift('/ReturnValue', 'a GUID', given === '' ? 'nothing' : 'another text')
    : { kind: 'completed', result: guid };
}
