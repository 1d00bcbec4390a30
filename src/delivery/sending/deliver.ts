import type { BatchOutcome, CallContext, Failure, Outcome, ReadBack } from '../../../adapters/adapter.ts';
import { completed, notSent, unknown } from '../../../adapters/adapter.ts';
import type { Platform } from '../../platform.ts';
import type { Engine } from '../../store/engine.ts';
import { inlineRetry } from '../rules/inline-retry.ts';
import { codeOf } from '../rules/outcome-code.ts';
import { settleQuestion } from '../rules/question.ts';
import { settleLook, settleLookFirst } from '../rules/read-back.ts';
import { ruleReason } from '../rules/rule-reason.ts';
import { isRefusal, leftOut, needsAPerson, type Settlement, settleSend, splitFrom } from '../rules/settlement.ts';
import type { CommandEntry } from '../systems.ts';
import { endAttempts, endCalls, looksThatTold } from './call-statements.ts';
import type { Claimed } from './claim-statements.ts';
import { laneName } from './lanes.ts';
import type { EndedCall, Result } from './settle.ts';
import type { MakeWireCall, Ready, WireCall } from './wire-call.ts';

/** Claimed exchanges that travel in one call, put together. */
export interface PreparedCall {
  readonly entry: CommandEntry;
  readonly lane: string;
  readonly ready: readonly Ready[];
  /** The lane's breaker was open: how this goes decides whether it closes. */
  readonly probe: boolean;
  /** Its first call, which stands in the store already; undefined where they are asked before anything is sent. */
  readonly recorded: string | undefined;
  /** What goes in the same streams when this was delivered, recorded with it. */
  readonly followedBy: readonly PreparedCall[];
}

/** How a call went, for the lane's breaker and rate. */
export interface CallReport {
  readonly outcome: Outcome;
  /** Those that it failed for; none where it did not say. */
  readonly keys: readonly string[];
  /** They refused once more what the others of its stream pass: that says nothing of the system. */
  readonly beside?: boolean;
}

/** What came of a prepared call: to be settled, and to be told to the lane's guard. */
export interface Delivered extends EndedCall {
  readonly reports: readonly CallReport[];
}

/**
 * Takes a prepared call over the wire and says what is to become of its exchanges; it writes nothing of that itself.
 * What is in doubt is asked about first. Acts in doubt are never sent; desired state is, where they show none.
 */
export type Deliver = (call: PreparedCall, signal: AbortSignal) => Promise<Delivered>;

export function createDeliver(parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly makeCall: MakeWireCall;
}): Deliver {
  const { engine, platform, makeCall } = parts;

  /** A try of several in one claim ended without arriving; the exchanges stay with us. */
  async function endTry({ call, held, outcomes }: WireCall): Promise<void> {
    await engine.batch([
      endAttempts(
        held.map(({ item }, index) => ({
          exchange: item.id,
          call,
          outcome: 'not-sent',
          code: codeOf(outcomes[index] ?? notSent('unavailable')),
        })),
      ),
      endCalls([{ id: call, outcome: 'not-sent', subject: null, raw: null }]),
    ]);
  }

  /** Sends, with inline repeats of what surely did not arrive. */
  async function send({ entry, lane, ready, recorded }: PreparedCall, signal: AbortSignal): Promise<Delivered> {
    const tries = entry.policy.inlineTries;
    const last = await inlineRetry(
      async (n) => {
        const topic = { entry, lane, purpose: 'send', paid: n === 1, make: runOf(entry) } as const;
        const call = await makeCall(n === 1 ? { ...topic, recorded } : topic, ready, signal);
        if (n < tries && isBlip(call) && !signal.aborted) await endTry(call);
        return call;
      },
      { tries, again: isBlip, signal, random: platform.random() },
    );
    const { held, outcomes, undivided } = last;
    if (held.length === 0) {
      await engine.batch([endCalls([{ id: last.call, outcome: 'fenced', subject: null, raw: null }])]);
      return { ended: null, results: [], reports: [] };
    }
    const oneIsBad = held.length > 1 && undivided !== undefined && mayBeOneItem(undivided);
    const results: Result[] = [];
    for (const [index, { item, composed }] of held.entries()) {
      const outcome = outcomes[index] ?? unknown('unreadable');
      const tried = { ...item, attempts: item.attempts + 1 };
      let settlement: Settlement;
      if (oneIsBad && (outcome.kind === 'rejected' || outcome.kind === 'not-sent')) settlement = splitFrom(item);
      else if (held.length > 1 && outcome.kind === 'not-sent' && outcome.reason === 'not-in-batch')
        settlement = leftOut(item);
      else if (outcome.kind === 'completed' && item.doubt === 'look-after' && entry.canReadBack)
        settlement = await lookAfter(entry, { item, composed }, tried, signal);
      else settlement = settleSend(tried, outcome, entry, platform.random());
      if (oneIsBad) settlement = { ...settlement, suspect: true };
      results.push({ item, composed, settlement, outcome });
    }
    return { ended: { call: last.call, raw: last.raw, ready: held }, results, reports: [reportOf(last)] };
  }

  /** Asks about one exchange: a call of the query lane, recorded and ended by itself. */
  async function ask<Answer>(
    entry: CommandEntry,
    ready: Ready,
    signal: AbortSignal,
    purpose: 'read-back' | 'confirm',
    question: (input: unknown, context: CallContext) => Promise<Outcome<Answer>>,
  ): Promise<Outcome<Answer>> {
    const asked = await makeCall(
      {
        entry,
        lane: laneName(ready.item.system, 'query'),
        purpose,
        paid: false,
        make: async (_, context) => ({
          kind: 'itemised',
          outcomes: [await question(ready.composed.input, context)],
        }),
      },
      [ready],
      signal,
    );
    const outcome = (asked.outcomes[0] ?? unknown('unreadable')) as Outcome<Answer>;
    await engine.batch([endCalls([{ id: asked.call, outcome: outcome.kind, subject: null, raw: null }])]);
    return outcome;
  }

  async function look({ operation }: CommandEntry, ...asked: LookFor): Promise<Outcome<ReadBack>> {
    const readBack = operation.kind === 'collapsing' ? operation.recovery.readBack : undefined;
    return readBack === undefined ? completed('cannot-tell') : ask(...asked, 'read-back', readBack);
  }

  async function lookAfter(entry: CommandEntry, ready: Ready, tried: Claimed, signal: AbortSignal) {
    const looked = await look(entry, entry, ready, signal);
    const [row] =
      looked.kind === 'completed' && (looked.result === 'differs' || looked.result === 'absent')
        ? await engine.all<{ n: number }>(looksThatTold(tried.id, `read-back-${looked.result}`))
        : [];
    return settleLook(tried, looked, entry, platform.random(), row?.n);
  }

  /** For what is in doubt. Undefined: there was nothing to ask, and it may be sent. */
  async function askFirst(
    entry: CommandEntry,
    ready: Ready,
    signal: AbortSignal,
  ): Promise<{ readonly settlement: Settlement | 'send'; readonly outcome: Outcome; readonly asked?: Outcome }> {
    const { item } = ready;
    const { recovery } = entry.operation;
    if (recovery.kind === 'confirm') {
      const asked = await ask(entry, ready, signal, 'confirm', recovery.confirm);
      return { ...settleQuestion(item, asked, entry, platform.random()), asked };
    }
    const outcome = completed(null);
    if (recovery.kind === 'manual') return { settlement: needsAPerson(item, entry), outcome };
    if (!entry.canReadBack) return { settlement: 'send', outcome };
    const asked = await look(entry, entry, ready, signal);
    return { settlement: settleLookFirst(item, asked, entry, platform.random()), outcome, asked };
  }

  return async (call, signal) => {
    const { entry, ready, probe } = call;
    const [first] = ready;
    // What may be sent at once was recorded for that. What a person waited for is sent by the request that recorded it
    // and by nobody else; whoever claims it later asks.
    if (first === undefined || call.recorded !== undefined) return send(call, signal);
    const { settlement, outcome, asked } = await askFirst(entry, first, signal);
    const report = asked && { outcome: asked, keys: isFailed(asked) ? [first.item.key] : [] };
    if (settlement !== 'send')
      return { ended: null, results: [{ ...first, settlement, outcome }], reports: report ? [report] : [] };
    const sent = await send(call, signal);
    // The send itself tells whether a probe went well.
    return report && !probe ? { ...sent, reports: [report, ...sent.reports] } : sent;
  };
}

type LookFor = [entry: CommandEntry, ready: Ready, signal: AbortSignal];

/** Their reference stands in clear, so that it is a code and no text. */
const PLAIN_REF = /^[\w.:/-]{1,100}$/;

/** An act is run by itself, and has no other answer than those that it declares. */
const runOf =
  ({ operation }: CommandEntry) =>
  async (ready: readonly Ready[], context: CallContext): Promise<BatchOutcome<Outcome>> => {
    const inputs = ready.map(({ composed }) => composed.input);
    if (operation.kind !== 'act') return operation.run(inputs, context);
    const outcome: Outcome = await operation.run(inputs[0], context);
    const promised = outcome.kind !== 'accepted' || (operation.later !== undefined && PLAIN_REF.test(outcome.ref));
    return { kind: 'itemised', outcomes: [promised ? outcome : unknown('unreadable')] };
  };

/** They did not do what was asked, nor say no to it. */
export const isFailed = (outcome: Outcome): boolean => ['not-sent', 'unknown', 'drift'].includes(outcome.kind);

function reportOf({ held, outcomes, undivided }: WireCall): CallReport {
  const keys = held.flatMap(({ item }: { item: Claimed }, index) =>
    outcomes[index] !== undefined && isFailed(outcomes[index]) ? [item.key] : [],
  );
  return {
    beside: held.every(
      ({ item }, index) => item.aside === 1 && outcomes[index] !== undefined && isRefusal(outcomes[index]),
    ),
    outcome:
      undivided ??
      outcomes.find((outcome) => outcome.kind === 'unknown' || outcome.kind === 'drift') ??
      outcomes.find((outcome) => outcome.kind === 'not-sent' && ruleReason(outcome) === 'rate-limited') ??
      outcomes[0] ??
      unknown('unreadable'),
    // A failed call of several that names none may be one item's fault: it counts for one key, and that item travels
    // alone from then on, so that only many such calls are the system's fault.
    keys: undivided !== undefined && held.length > 1 && mayBeOneItem(undivided) ? keys.slice(0, 1) : keys,
  };
}

/** Whether one bad item can be why a whole call failed: an answer came, or the adapter broke over it. */
function mayBeOneItem(outcome: Failure): boolean {
  return outcome.kind !== 'not-sent' || ruleReason(outcome) === 'client-error';
}

/** What may be repeated at once: it surely did not arrive, and they did not ask for patience. */
function isBlip({ outcomes }: WireCall): boolean {
  return (
    outcomes.length > 0 &&
    outcomes.every(
      (outcome) => outcome.kind === 'not-sent' && ['connection-refused', 'dns', 'tls'].includes(ruleReason(outcome)),
    )
  );
}
