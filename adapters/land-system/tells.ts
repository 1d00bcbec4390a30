import type { z } from 'zod';
import { isCode } from '../../contracts/domain/codes.ts';
import { type Drift, drift, type InboundMessage, type InboundRequest, type Tell, type TellResult } from '../adapter.ts';
import { textOf } from '../kit/bytes.ts';
import { canonicalJson, digestOf, kindOf, parsedJson, readValue } from '../kit/json.ts';
import { jsonReply } from '../kit/reply.ts';
import { plain } from '../kit/text.ts';
import type { LandConfig } from './config.ts';
import { senderProof, withoutCode } from './sender.ts';
import { fromTheirTime } from './their-time.ts';

/** Scanned papers may come along. */
const MAXIMUM_BYTES = 20 * 1024 * 1024;
const LONGEST_NUMBER = 100;
const HOUR_MS = 3_600_000;

/** Reads a time of theirs by the name under which it stands. */
export type Times = (name: string, given: string | number | null | undefined) => string | null;

/** One call of theirs. */
export interface Told<Wire extends { readonly SoBienNhan: string }> {
  /** Their name for it. */
  readonly path: string;
  readonly type: string;
  readonly schema: z.ZodType<Wire>;
  /** In our words; `content` is all of it as it came. */
  data(said: Wire, at: Times, content: Readonly<Record<string, unknown>>): object;
}

/** Thrown inside a parse alone, and caught there: a time that is none ends it wherever it stands. */
class NoTime extends Error {
  readonly drift: Drift;
  constructor(name: string) {
    super('no time');
    this.drift = drift(`/${name}`, 'a time', 'another text');
  }
}

/**
 * A message is a repetition when the newest of its call and receipt number says the same, so that a state that comes
 * again after another is news. `wall` is given for a call that has no time of its own: the same words are a repetition of
 * what was heard in the same hour, and news after it.
 */
export function tell<Wire extends { readonly SoBienNhan: string }>(
  config: LandConfig,
  told: Told<Wire>,
  wall?: () => number,
): Tell {
  return {
    kind: 'tell',
    path: told.path,
    methods: ['POST'],
    maximumBytes: MAXIMUM_BYTES,
    verifier: senderProof(config),
    parse: async (request) => parse(config, told, request, wall),
    reply,
  };
}

function parse<Wire extends { readonly SoBienNhan: string }>(
  config: LandConfig,
  { type, schema, data }: Told<Wire>,
  { body }: InboundRequest,
  wall?: () => number,
): InboundMessage | Drift {
  const json = parsedJson(textOf(body));
  if (!json.ok) return asDrift(json.failure);
  if (typeof json.value !== 'object' || json.value === null || Array.isArray(json.value))
    return drift('', 'a JSON object', kindOf(json.value));
  const content = withoutCode(json.value as Record<string, unknown>);
  const read = readValue(content, schema);
  if (!read.ok) return asDrift(read.failure);
  const receiptNumber = plain(read.value.SoBienNhan);
  if (receiptNumber.length > LONGEST_NUMBER)
    return drift('/SoBienNhan', `at most ${LONGEST_NUMBER} characters`, 'longer');
  // It stands in the clear wherever the dossier is named.
  if (!isCode(receiptNumber)) return drift('/SoBienNhan', 'a code', 'another text');
  const at: Times = (name, given) => {
    const time = fromTheirTime(given, config.timeZone);
    if (time === undefined) throw new NoTime(name);
    return time;
  };
  try {
    const said = { receiptNumber, ...data(read.value, at, content) };
    const hour = wall === undefined ? {} : { heardInHour: Math.floor(wall() / HOUR_MS) };
    return { dedupeKey: digestOf(canonicalJson({ ...said, ...hour })), type, ref: receiptNumber, data: said };
  } catch (error) {
    if (error instanceof NoTime) return error.drift;
    throw error;
  }
}

const asDrift = (failure: { readonly kind: string } | Drift): Drift =>
  failure.kind === 'drift' ? (failure as Drift) : drift('', 'a JSON object', 'unreadable');

const WORDS = {
  stored: 'Thành công',
  duplicate: 'Đã tiếp nhận trước đó',
  refused: 'Không được phép',
  failed: 'Không tiếp nhận được',
} as const satisfies Readonly<Record<TellResult, string>>;

/** They read the body; only a stranger is told by status as well. */
function reply(result: TellResult) {
  const taken = result === 'stored' || result === 'duplicate';
  return jsonReply({ Result: taken ? 1 : 0, Message: WORDS[result] }, result === 'refused' ? 401 : 200);
}
