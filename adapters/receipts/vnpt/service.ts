import { type CallContext, type Drift, drift, isFault, type Unknown, unknown } from '../../adapter.ts';
import { utf8 } from '../../kit/bytes.ts';
import { type Answer, traced, understood } from '../../kit/coded-answer.ts';
import { below } from '../../kit/config.ts';
import type { Read } from '../../kit/json.ts';
import { fromFault, refusedAs } from '../../kit/outcome.ts';
import { readSoap, soapCall } from '../../kit/soap.ts';
import { tellsOfFailure } from '../../kit/text.ts';
import { elementsIn, textIn, type XmlElement, xmlText } from '../../kit/xml.ts';
import type { ReceiptsConfig } from '../config.ts';
import { errorOf, isYes } from './codes.ts';
import { type Operation, soap } from './wire.ts';

/** What is said, and how what they say to it is judged. */
export interface Talk<Result> {
  readonly operation: Operation;
  readonly say: Readonly<Record<string, string>>;
  /** Codes that are their "no" to it. */
  readonly refuses: ReadonlySet<string>;
  /** Given the text of their answer, whatever it is besides a refusal. */
  judge(text: string): Answer<Result> | Promise<Answer<Result>>;
}

/** One call and its answer. */
export async function converse<Result>(
  config: ReceiptsConfig,
  context: CallContext,
  { operation, say, refuses, judge }: Talk<Result>,
): Promise<Answer<Result>> {
  const reply = await context.transport.send(
    {
      method: 'POST',
      url: below(config.url, `/${operation.service}.asmx`).href,
      headers: {
        accept: 'text/xml',
        'content-type': 'text/xml; charset=utf-8',
        soapaction: soap.action(operation.name),
        ...traced(context),
      },
      body: utf8(soapCall(soap.namespace, operation.name, say)),
    },
    context,
  );
  if (isFault(reply)) return fromFault(reply);
  return understood<string, Result>(context, reply, secretsOf(config), {
    read: (body) => resultIn(operation, body),
    refusal: (text, clean) => {
      const code = errorOf(text);
      return code !== undefined && refuses.has(code) ? refusedAs(code, clean(text)) : undefined;
    },
    judge,
  });
}

/** Of a call that answers `OK:`: what follows it. Words of a failure beside it are believed in neither. */
export function yesIn(text: string): string | Unknown {
  if (errorOf(text) !== undefined) return unknown('server-error');
  return isYes(text) && !tellsOfFailure(text) ? text.slice('OK:'.length).trim() : unknown('unreadable');
}

/** The text inside the SOAP. A fault of the service says that it could not, not that it did not. */
function resultIn({ name }: Operation, body: string): Read<string> {
  const read = readSoap(body);
  if (read.kind === 'fault') return failed(unknown('server-error'));
  if (read.kind !== 'body') return failed(read);
  const named = (element: XmlElement, wanted: string) =>
    element.name === wanted && element.namespace === soap.namespace;
  if (!named(read.element, soap.answer(name)))
    return failed(drift('/Envelope/Body', soap.answer(name), 'another element'));
  const [result, ...others] = elementsIn(read.element);
  if (result === undefined || others.length > 0 || !named(result, soap.result(name))) {
    return failed(drift(`/Envelope/Body/${soap.answer(name)}`, soap.result(name), 'another element'));
  }
  return { ok: true, value: textIn(result) };
}

const failed = (failure: Unknown | Drift): Read<string> => ({ ok: false, failure });

/** Who speaks: a member of staff, and the service. */
export const staff = ({ account, accountPassword }: ReceiptsConfig) => ({ Account: account, ACpass: accountPassword });
export const service = ({ username, password }: ReceiptsConfig) => ({
  userName: username,
  userPass: password,
});

/** As they were sent, which is how an error repeats them. */
const secretsOf = ({ password, accountPassword }: ReceiptsConfig): readonly string[] =>
  [password, accountPassword].flatMap((secret) => [xmlText(secret), secret]);
