import { type CallContext, drift, isFault, rejected, unknown } from '../../adapter.ts';
import { base64Of } from '../../kit/base64.ts';
import { utf8 } from '../../kit/bytes.ts';
import { type Answer, traced, understood } from '../../kit/coded-answer.ts';
import { below } from '../../kit/config.ts';
import { type Read, readJson } from '../../kit/json.ts';
import { fromFault } from '../../kit/outcome.ts';
import { tellsOfFailure } from '../../kit/text.ts';
import type { ReceiptsConfig } from '../config.ts';
import { code as codes } from './codes.ts';
import { envelope } from './wire.ts';

/** An answer that is no refusal. */
export interface Heard {
  /** Empty: done. */
  readonly code: string;
  readonly words: string;
  readonly result: unknown;
  readonly fileToBytes: unknown;
}

/** What is said, and how what they say to it is judged. */
export interface Talk<Result> {
  readonly path: string;
  /** As JSON, or as the fields of a form. */
  readonly json?: object;
  readonly form?: Readonly<Record<string, string>>;
  /** Codes that are their "no" to it. */
  readonly refuses: ReadonlySet<string>;
  judge(heard: Heard): Answer<Result> | Promise<Answer<Result>>;
}

/** One call and its answer. */
export async function converse<Result>(
  config: ReceiptsConfig,
  context: CallContext,
  { path, json, form, refuses, judge }: Talk<Result>,
): Promise<Answer<Result>> {
  const body = json === undefined ? new URLSearchParams(form).toString() : JSON.stringify(json);
  const reply = await context.transport.send(
    {
      method: 'POST',
      url: below(config.url, path).href,
      headers: {
        accept: 'application/json',
        authorization: `Basic ${credentials(config)}`,
        'content-type': json === undefined ? 'application/x-www-form-urlencoded' : 'application/json',
        ...traced(context),
      },
      body: utf8(body),
    },
    context,
  );
  if (isFault(reply)) return fromFault(reply);
  return understood<Heard, Result>(context, reply, secretsOf(config), {
    read: heardIn,
    refusal: ({ code, words }, clean) => {
      // That they do not know it is believed where nothing in between has failed.
      const credible = code !== codes.notFound || reply.status < 500;
      // One of a list of ours: it may stand in the clear, however long it is.
      return refuses.has(code) && credible ? rejected(code, clean(words || `errorCode ${code}`)) : undefined;
    },
    judge,
  });
}

/** Whether they said that it is done; words of a failure beside it are believed in neither. */
export function doubtOf({ code, words }: Heard) {
  if (code !== '') return unknown('server-error');
  return tellsOfFailure(words) ? unknown('unreadable') : undefined;
}

const CODE = /^[A-Z][A-Z0-9_]+$/;

function heardIn(body: string): Read<Heard> {
  const read = readJson(body, envelope);
  if (!read.ok) return read;
  const { errorCode, description, message, data, result, fileToBytes } = read.value;
  // Under an HTTP status the code stands in message, and the words in data.
  const code = errorCode || (CODE.test(message) ? message : '');
  // That it is done has to be said: by an errorCode that is null or empty, not by one that is missing.
  if (code === '' && errorCode === undefined) {
    return { ok: false, failure: drift('/errorCode', 'a code, null or an empty text', 'missing') };
  }
  const words = [description, typeof data === 'string' ? data : '', code === message ? '' : message];
  return { ok: true, value: { code, words: words.filter(Boolean).join(' '), result, fileToBytes } };
}

/** Basic [assumed]. */
const credentials = ({ username, password }: ReceiptsConfig): string => base64Of(utf8(`${username}:${password}`));

const secretsOf = (config: ReceiptsConfig): readonly string[] => [
  credentials(config),
  config.password,
  encodeURIComponent(config.password),
];
