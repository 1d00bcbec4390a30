import { type CallContext, type Drift, isFault, notSent, type Unknown } from '../adapter.ts';
import { utf8 } from '../kit/bytes.ts';
import { type Answer, traced, understood } from '../kit/coded-answer.ts';
import { fromFault } from '../kit/outcome.ts';
import { soapCall } from '../kit/soap.ts';
import { usernameToken } from '../kit/username-token.ts';
import { gipProfile } from '../kit/xml-signature/partner-profiles.ts';
import { signXml } from '../kit/xml-signature/sign.ts';
import { contradictionIn, type Heard, heardIn, refusalIn } from './answer.ts';
import type { TaxConfig } from './config.ts';
import { messageId, questionXml } from './question.ts';
import { reading } from './reading.ts';
import { type AnyQuestion, soap } from './wire.ts';

/** What is asked, and how their answer is read; `read` says where it could not by `misread`. */
export interface Talk<Result> {
  readonly about: AnyQuestion;
  readonly ask: Readonly<Record<string, string>>;
  read(heard: Heard): Answer<Result>;
}

const CHANCE_BYTES = 16;
const chance = (): Uint8Array => crypto.getRandomValues(new Uint8Array(CHANCE_BYTES));

/** One question and its answer. */
export async function converse<Result>(
  config: TaxConfig,
  context: CallContext,
  { about, ask, read }: Talk<Result>,
): Promise<Answer<Result>> {
  const at = context.wall();
  const id = messageId(config.senderCode, at, chance());
  const body = await messageOf(config, questionXml(config, { about, id, at, ask }), at);
  if (body === undefined) return notSent('client-error');
  const reply = await context.transport.send(
    {
      method: 'POST',
      url: config.url,
      headers: { accept: 'text/xml', 'content-type': 'text/xml; charset=utf-8', soapaction: '""', ...traced(context) },
      body: utf8(body),
    },
    context,
  );
  if (isFault(reply)) return fromFault(reply);
  return understood<Heard, Result>(context, reply, [config.password], {
    read: (text) => heardIn(config, { id, wall: context.wall() }, text),
    refusal: refusalIn,
    judge: (heard) => contradictionIn(heard, about) ?? judged(() => read(heard)),
  });
}

const judged = <Result>(read: () => Answer<Result>): Answer<Result> | Drift | Unknown => reading(read);

/** Signed, under a token that is used once; undefined where key and certificate of ours do not belong together. */
async function messageOf(config: TaxConfig, question: string, created: number): Promise<string | undefined> {
  const { username, password, signingKey: privateKeyPem, signingCert: certificatePem } = config;
  try {
    const cdata = await signXml(question, gipProfile, { privateKeyPem, certificatePem });
    const token = await usernameToken({ username, password, nonce: chance(), created });
    return soapCall(soap.request, soap.operation, { [soap.question]: { cdata } }, token);
  } catch {
    return undefined;
  }
}
