import {
  type CallContext,
  type Completed,
  type Drift,
  drift,
  type Failure,
  isFault,
  notSent,
  type Unknown,
  unknown,
} from '../adapter.ts';
import { textOf, utf8 } from '../kit/bytes.ts';
import { readJson } from '../kit/json.ts';
import { fromFault, fromStatus, mayHoldAnswer, refusedAs } from '../kit/outcome.ts';
import { readSoap, soapCall } from '../kit/soap.ts';
import { elementsIn, textIn, type XmlElement } from '../kit/xml.ts';
import type { EcomConfig } from './config.ts';
import { decrypted, encrypted, isTheirs, signed } from './envelope.ts';
import { answered, envelope, type OperationName, soap } from './wire.ts';

export type Answer<Result> = Completed<Result> | Failure;

/** A verified answer that is no refusal. */
export interface Heard {
  readonly code: string;
  readonly words: string;
  /** VcbTranId; "" where they told none. */
  readonly number: string;
  /** The inner JSON, as a text. */
  readonly inner: string;
}

/** What is said, and how what they say to it is judged. */
export interface Talk<Result> {
  readonly operation: OperationName;
  readonly transaction: string;
  readonly say: Readonly<Record<string, string>>;
  /** Codes that are their "no" to it. */
  readonly refuses: ReadonlySet<string>;
  judge(heard: Heard): Answer<Result> | Promise<Answer<Result>>;
}

/** As much of a raw answer as a person needs to understand it. */
const KEPT_CHARACTERS = 64 * 1024;

/** One call and its answer. What is not a good answer is kept: opened where it could be, else as it came. */
export async function converse<Result>(
  config: EcomConfig,
  context: CallContext,
  talk: Talk<Result>,
): Promise<Answer<Result>> {
  const reply = await post(config, context, talk);
  if (isFault(reply)) return fromFault(reply);
  const body = textOf(reply.body);
  const byStatus =
    fromStatus(reply, context) ?? ([401, 403].includes(reply.status) ? notSent('client-error') : undefined);
  const readable = byStatus === undefined || mayHoldAnswer(reply.status, byStatus);
  const opened = readable ? await open(config, context, talk, body) : byStatus;
  const answer = 'inner' in opened ? await judged(opened, byStatus, talk) : (byStatus ?? opened);
  if (answer.kind !== 'completed') context.keep(('inner' in opened ? opened.inner : body).slice(0, KEPT_CHARACTERS));
  return answer;
}

async function judged<Result>(
  heard: Heard,
  byStatus: Failure | undefined,
  talk: Talk<Result>,
): Promise<Answer<Result>> {
  const { code, words } = heard;
  if (talk.refuses.has(code)) return refusedAs(code, words || `errCode ${code}`);
  return byStatus ?? talk.judge(heard);
}

async function post(config: EcomConfig, context: CallContext, { operation, transaction, say }: Talk<unknown>) {
  const Data = await encrypted(config, JSON.stringify(say));
  const Signature = await signed(config, [config.partner, transaction, Data]);
  const json = JSON.stringify({ PartnerId: config.partner, TransactionID: transaction, Data, Signature });
  const headers = {
    accept: 'text/xml',
    'content-type': 'text/xml; charset=utf-8',
    soapaction: soap.action(operation),
    ...(context.traceparent === undefined ? {} : { traceparent: context.traceparent }),
  };
  const body = utf8(soapCall(soap.namespace, operation, { [soap.input]: json }));
  return context.transport.send({ method: 'POST', url: config.url, headers, body }, context);
}

/**
 * Their answer, verified before it is opened: signed by a certificate that we trust, to this partner and to this very
 * call. The signed text has nothing between its parts, so that only the equality of both ids holds them apart.
 */
async function open(
  config: EcomConfig,
  context: CallContext,
  { operation, transaction }: Talk<unknown>,
  body: string,
): Promise<Heard | Unknown | Drift> {
  const json = resultIn(operation, body);
  if (typeof json !== 'string') return json;
  const outer = readJson(json, envelope);
  if (!outer.ok) return outer.failure;
  const { PartnerId, TransactionID, Data, Signature } = outer.value;
  if (!(await isTheirs(config, [PartnerId, TransactionID, Data], Signature, context.wall()))) {
    return drift('/Signature', "the bank's signature", 'another');
  }
  if (PartnerId !== config.partner) return drift('/PartnerId', 'our own id', 'another');
  if (TransactionID !== transaction) return drift('/TransactionID', 'the id that was sent', 'another');
  const inner = await decrypted(config, Data);
  if (inner === undefined) return drift('/Data', 'what our key opens', 'another');
  const read = readJson(inner, answered);
  if (!read.ok) return read.failure;
  return { code: read.value.errCode, words: read.value.errDesc, number: read.value.VcbTranId, inner };
}

/** The JSON text inside the SOAP [assumed]. A fault of the service says that it could not, not that it did not. */
function resultIn(operation: OperationName, body: string): string | Unknown | Drift {
  const read = readSoap(body);
  if (read.kind === 'fault') return unknown('server-error');
  if (read.kind !== 'body') return read;
  const named = ({ name, namespace }: XmlElement, wanted: string) => name === wanted && namespace === soap.namespace;
  if (!named(read.element, soap.answer(operation)))
    return drift('/Envelope/Body', soap.answer(operation), 'another element');
  const [result, ...others] = elementsIn(read.element);
  if (result === undefined || others.length > 0 || !named(result, soap.result(operation))) {
    return drift(`/Envelope/Body/${soap.answer(operation)}`, soap.result(operation), 'another element');
  }
  return textIn(result);
}
