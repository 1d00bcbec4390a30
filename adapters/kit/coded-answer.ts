import {
  type CallContext,
  type Completed,
  type Drift,
  type Failure,
  notSent,
  type Rejected,
  type WireReply,
} from '../adapter.ts';
import { textOf } from './bytes.ts';
import type { Read } from './json.ts';
import { fromStatus, mayHoldAnswer } from './outcome.ts';
import { withoutSecrets } from './text.ts';

export type Answer<Result> = Completed<Result> | Failure;

/** How an answer that bears a code of theirs is read, where there is no login. */
export interface Reading<Heard, Result> {
  read(body: string): Read<Heard> | Promise<Read<Heard>>;
  /** Their "no", which is believed under a failing status too; undefined where it is none. */
  refusal(heard: Heard, clean: (text: string) => string): Rejected | Drift | undefined;
  /** What it says otherwise, under a good status: a yes, or what decides nothing, is never believed under another. */
  judge(heard: Heard): Answer<Result> | Promise<Answer<Result>>;
}

/** As much of a raw answer as a person needs to understand it. */
const KEPT_CHARACTERS = 64 * 1024;

/** What an answer comes to. What is not a good one is kept raw, without our secrets. */
export async function understood<Heard, Result>(
  context: CallContext,
  reply: WireReply,
  secrets: readonly string[],
  reading: Reading<Heard, Result>,
): Promise<Answer<Result>> {
  const body = textOf(reply.body);
  const clean = (text: string) => withoutSecrets(text, secrets);
  const answer = await judged(body, statusOf(reply, context), clean, reply.status, reading);
  if (answer.kind !== 'completed') context.keep(clean(body.slice(0, KEPT_CHARACTERS)));
  return answer;
}

/** What a status alone says; undefined where the body decides. There is no session that 401 or 403 could speak of. */
export const statusOf = (reply: WireReply, context: CallContext): Failure | undefined =>
  fromStatus(reply, context) ?? ([401, 403].includes(reply.status) ? notSent('client-error') : undefined);

async function judged<Heard, Result>(
  body: string,
  byStatus: Failure | undefined,
  clean: (text: string) => string,
  status: number,
  { read, refusal, judge }: Reading<Heard, Result>,
): Promise<Answer<Result>> {
  if (byStatus !== undefined && !mayHoldAnswer(status, byStatus)) return byStatus;
  const heard = await read(body);
  if (!heard.ok) return byStatus ?? heard.failure;
  const no = refusal(heard.value, clean);
  if (no?.kind === 'rejected') return no;
  return byStatus ?? no ?? judge(heard.value);
}

export const traced = ({ traceparent }: CallContext): Readonly<Record<string, string>> =>
  traceparent === undefined ? {} : { traceparent };
