import { type CallContext, isFault, unknown } from '../adapter.ts';
import { utf8 } from '../kit/bytes.ts';
import { type Answer, traced, understood } from '../kit/coded-answer.ts';
import { below } from '../kit/config.ts';
import { delimited, holdsDelimiter } from '../kit/delimiter.ts';
import { readJson } from '../kit/json.ts';
import { fromFault, refusedAs } from '../kit/outcome.ts';
import { tellsOfFailure, withoutSecrets } from '../kit/text.ts';
import { code } from './codes.ts';
import type { VietcombankConfig } from './config.ts';
import { checksum } from './seals.ts';
import { answered, CHECKOUT_PATH, type Covered, type FunctionName } from './wire.ts';

/** Their answer under a good status, that is no refusal. */
export interface Heard {
  readonly code: string;
  /** Without our passcode. */
  readonly words: string;
  readonly data: unknown;
}

/** What is said, and how what they say to it is judged. */
export interface Talk<Name extends FunctionName, Result> {
  readonly name: Name;
  /** What the checksum covers. */
  readonly values: Omit<Covered<Name>, 'merchant_site_code'>;
  /** Fields that no checksum covers. */
  readonly extras?: Readonly<Record<string, string>>;
  /** Where a value comes from, as a JSON pointer into our input, for one that cannot be said. */
  readonly pointers: Readonly<Record<string, string>>;
  /** Codes that are their "no" to it. */
  readonly refuses: ReadonlySet<string>;
  /** The fields of ours that such a code speaks of. */
  readonly fieldsOf?: (theirCode: string) => readonly string[];
  judge(heard: Heard): Answer<Result> | Promise<Answer<Result>>;
}

/** One function of theirs and its answer; where a value holds the delimiter nothing is sent. */
export async function converse<Name extends FunctionName, Result>(
  config: VietcombankConfig,
  context: CallContext,
  talk: Talk<Name, Result>,
): Promise<Answer<Result>> {
  const values = { merchant_site_code: config.siteCode, ...talk.values } as Covered<Name>;
  const wrong = delimited(values);
  if (wrong !== undefined) return holdsDelimiter(talk.pointers[wrong] ?? '');
  const sum = await checksum(talk.name, values, config.passcode);
  const form = new URLSearchParams({ function: talk.name, ...values, ...talk.extras, checksum: sum });
  const reply = await context.transport.send(
    {
      method: 'POST',
      url: String(below(config.url, CHECKOUT_PATH)),
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        ...traced(context),
      },
      body: utf8(String(form)),
    },
    context,
  );
  if (isFault(reply)) return fromFault(reply);
  const { refuses, fieldsOf = () => [], judge } = talk;
  return understood(context, reply, [config.passcode], {
    read: (body) => readJson(body, answered),
    refusal: ({ result_code, result_message }, clean) =>
      refuses.has(result_code)
        ? refusedAs(result_code, clean(result_message) || `result_code ${result_code}`, fieldsOf(result_code))
        : undefined,
    judge: ({ result_code, result_message, result_data }) =>
      result_code === code.done && tellsOfFailure(result_message)
        ? unknown('unreadable')
        : judge({
            code: result_code,
            words: withoutSecrets(result_message, [config.passcode]),
            data: result_data,
          }),
  });
}
