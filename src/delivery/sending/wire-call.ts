import type {
  BatchOutcome,
  CallContext,
  Failure,
  NotSent,
  Outcome,
  Transport,
  Unknown,
} from '../../../adapters/adapter.ts';
import { notSent, unknown } from '../../../adapters/adapter.ts';
import { errorWords } from '../../error-words.ts';
import type { SessionsOf } from '../../peer-sessions/peer-sessions.ts';
import { newId, type Platform } from '../../platform.ts';
import type { DeliveryObserver } from '../observer.ts';
import { heededAll, LONGEST_HINT_MS } from '../rules/hint.ts';
import { codeOf } from '../rules/outcome-code.ts';
import type { CommandEntry } from '../systems.ts';
import type { CallCommand } from './call-statements.ts';
import type { Claimed } from './claim-statements.ts';
import type { Composed } from './compose.ts';
import type { Records } from './records.ts';

/** One claimed exchange with what is to be sent for it. */
export interface Ready {
  readonly item: Claimed;
  readonly composed: Composed;
}

/** How one call on the wire went. */
export interface WireCall {
  readonly call: string;
  /** Those that were still ours when the call was recorded; the others were not sent. */
  readonly held: readonly Ready[];
  /** One for each held, in order. */
  readonly outcomes: readonly Outcome[];
  /** The failure of a call that did not say which item it was for. */
  readonly undivided: Failure | undefined;
  /** Their answer as far as the adapter kept it. */
  readonly raw: string | null;
}

export interface Topic {
  readonly entry: CommandEntry;
  readonly lane: string;
  readonly purpose: CallCommand['purpose'];
  /** Its token was spent with the claim. */
  readonly paid: boolean;
  /** It stands in the store already, its attempt too: it was recorded in the commit that accepted the act. */
  readonly recorded?: string | undefined;
  make(ready: readonly Ready[], context: CallContext): Promise<BatchOutcome<Outcome>>;
}

/** Answers kept raw for a person hold at most this many characters. */
const RAW_LIMIT = 200_000;
/** What an adapter gets to come back after its call was aborted; the lease lasts longer than that. */
const ABORT_GRACE_MS = 2_000;

/**
 * Makes one call on the wire, recorded before a byte leaves. It always ends and never throws for what a system or an
 * adapter does: one that throws, or does not come back after it was aborted, counts as unknown.
 */
export type MakeWireCall = (topic: Topic, ready: readonly Ready[], signal: AbortSignal) => Promise<WireCall>;

export function createWireCalls(parts: {
  readonly platform: Platform;
  readonly records: Records;
  readonly transport: Transport;
  readonly sessions: SessionsOf;
  readonly observer: DeliveryObserver;
}): MakeWireCall {
  const { platform, records, observer } = parts;

  async function make(topic: Topic, call: string, held: readonly Ready[], context: CallContext) {
    try {
      const answer = await orOverdue(platform, topic.make(held, context), context.signal);
      return heededAll(answer, topic.entry.policy.longestHintMs ?? LONGEST_HINT_MS);
    } catch (error) {
      observer.notice('error', 'an adapter threw', {
        operation: topic.entry.operation.name,
        call,
        error: errorWords(error),
      });
      return undividedBy(unknown('transport'));
    }
  }

  /** Those whose attempt stands in the store. */
  async function record(topic: Topic, call: string, ready: readonly Ready[]): Promise<readonly Ready[]> {
    const sends = topic.purpose === 'send';
    const kept = await records.open({
      call: {
        id: call,
        lane: topic.lane,
        operation: topic.entry.operation.name,
        purpose: topic.purpose,
        items: ready.length,
        paid: topic.paid,
      },
      attempts: sends
        ? ready.map(({ item: { id, stream, epoch }, composed: { version } }) => ({
            exchange: id,
            stream,
            epoch,
            call,
            version,
          }))
        : [],
    });
    return sends ? ready.filter(({ item }) => kept.has(item.id)) : ready;
  }

  return async (topic, ready, signal) => {
    const { entry, purpose } = topic;
    const call = topic.recorded ?? newId(platform, 'call');
    const held = topic.recorded === undefined ? await record(topic, call, ready) : ready;
    const startedAt = platform.steady();
    const oneOff = purpose === 'send' && entry.recovery !== 'repeatable';
    let raw: string | null = null;
    const context: CallContext = {
      transport: oneOff ? freshly(parts.transport) : parts.transport,
      sessions: parts.sessions(entry.system),
      signal,
      timeoutMs: entry.policy.timeoutMs,
      oneOff,
      wall: () => platform.wall(),
      steady: () => platform.steady(),
      traceparent: undefined,
      keep: (text) => {
        raw = text.slice(0, RAW_LIMIT);
      },
    };
    let result: BatchOutcome<Outcome> = { kind: 'itemised', outcomes: [] };
    if (signal.aborted) result = undividedBy(notSent('cancelled-before-sending'));
    else if (held.length > 0) result = await make(topic, call, held, context);
    const undivided = result.kind === 'undivided' ? result.outcome : undefined;
    const outcomes = held.map(
      (_, index): Outcome =>
        result.kind === 'undivided' ? result.outcome : (result.outcomes[index] ?? unknown('unreadable')),
    );
    const worst = undivided ?? outcomes.find((outcome) => outcome.kind !== 'completed') ?? outcomes[0];
    observer.call({
      system: ready[0]?.item.system ?? '',
      operation: entry.operation.name,
      purpose,
      call,
      exchanges: held.map(({ item }) => item.id),
      outcome: worst?.kind ?? 'not-sent',
      code: worst === undefined ? null : codeOf(worst),
      durationMs: platform.steady() - startedAt,
    });
    return { call, held, outcomes, undivided, raw };
  };
}

/** A kept connection may have gone stale, and its reset would be a false unknown: a one-off opens its own. */
const freshly = (transport: Transport): Transport => ({
  send: (request, options) => transport.send({ ...request, freshConnection: true }, options),
});

const undividedBy = (outcome: NotSent | Unknown): BatchOutcome<Outcome> => ({ kind: 'undivided', outcome });

/** An adapter that does not heed the abort must not keep the lane's place for ever; what it did meanwhile is unknown. */
function orOverdue(
  platform: Platform,
  answer: Promise<BatchOutcome<Outcome>>,
  signal: AbortSignal,
): Promise<BatchOutcome<Outcome>> {
  return new Promise((resolve, reject) => {
    let cancel: () => void = () => {};
    const onAbort = () => {
      cancel = platform.after(ABORT_GRACE_MS, () => resolve(undividedBy(unknown('timeout'))));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    answer.then(resolve, reject).finally(() => {
      cancel();
      signal.removeEventListener('abort', onAbort);
    });
  });
}
