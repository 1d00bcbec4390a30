import type { Confirmation, Failure, Outcome, ReadBack } from '../../../adapters/adapter.ts';
import { completed, notSent, unknown } from '../../../adapters/adapter.ts';
import type { Platform } from '../../platform.ts';
import type { Engine } from '../../store/engine.ts';
import {
  decide,
  decideBeforeSend,
  decideConfirmed,
  decideReadBack,
  leftOut,
  needsAPerson,
  type Settlement,
  splitFrom,
} from '../rules/decide.ts';
import { inlineRetry } from '../rules/inline-retry.ts';
import { codeOf } from '../rules/outcome-code.ts';
import type { CommandEntry } from '../systems.ts';
import { endAttempts, endCalls, looksThatTold } from './call-statements.ts';
import type { Claimed } from './claim-statements.ts';
import type { Conversation, createConversations, Ready } from './conversation.ts';
import { laneName } from './lanes.ts';
import type { Result, Settle } from './settler.ts';

/** How a call went, for the lane's breaker and rate. */
export interface CallReport {
  readonly outcome: Outcome;
  /** Those that it failed for; none where it did not say. */
  readonly keys: readonly string[];
}

export interface CallerParts {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly converse: ReturnType<typeof createConversations>;
  readonly settle: Settle;
}

/** Takes claimed exchanges through a call: asked about first where their past is in doubt, sent, looked at, settled. */
export interface Caller {
  /** Sends what is paid for, with inline repeats of what surely did not arrive, and settles. */
  send(entry: CommandEntry, lane: string, ready: readonly Ready[], signal: AbortSignal): Promise<CallReport>;
  /**
   * For a stream whose past is in doubt: asks first. `send` says whether the exchange is still to be sent in this
   * claim; otherwise it is settled. `report` is absent where there was nothing to ask.
   */
  confirmFirst(
    entry: CommandEntry,
    ready: Ready,
    signal: AbortSignal,
  ): Promise<{ readonly send: boolean; readonly report?: CallReport }>;
}

export function createCaller(parts: CallerParts): Caller {
  const { engine, platform, converse, settle } = parts;

  /** A try of several in one claim ended without arriving; the exchanges stay with us. */
  async function endTry({ call, held, outcomes }: Conversation): Promise<void> {
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

  async function send(
    entry: CommandEntry,
    lane: string,
    ready: readonly Ready[],
    signal: AbortSignal,
  ): Promise<CallReport> {
    const tries = entry.policy.inlineTries;
    const make: Parameters<typeof converse>[0]['make'] = (inputs, context) =>
      entry.operation.run(
        inputs.map(({ composed }) => composed.input),
        context,
      );
    const last = await inlineRetry(
      async (n) => {
        const conversation = await converse({ entry, lane, purpose: 'send', paid: n === 1, make }, ready, signal);
        if (n < tries && isBlip(conversation) && !signal.aborted) await endTry(conversation);
        return conversation;
      },
      { tries, again: isBlip, signal, random: platform.random() },
    );
    const { held, outcomes, undivided } = last;
    if (held.length === 0) {
      await engine.batch([endCalls([{ id: last.call, outcome: 'fenced', subject: null, raw: null }])]);
      return { outcome: notSent('cancelled-before-sending'), keys: [] };
    }
    const oneIsBad = held.length > 1 && undivided !== undefined && mayBeOneItem(undivided);
    const results: Result[] = [];
    for (const [index, each] of held.entries()) {
      const { item, composed } = each;
      const outcome = outcomes[index] ?? unknown('unreadable');
      const tried = { ...item, attempts: item.attempts + 1 };
      let settlement: Settlement;
      if (oneIsBad && (outcome.kind === 'rejected' || outcome.kind === 'not-sent')) settlement = splitFrom(item);
      else if (held.length > 1 && outcome.kind === 'not-sent' && outcome.reason === 'not-in-batch')
        settlement = leftOut(item);
      else if (outcome.kind === 'completed' && item.read_back === 1 && entry.canReadBack)
        settlement = await lookAfter(entry, each, tried, signal);
      else settlement = decide(tried, outcome, entry, platform.random());
      if (oneIsBad) settlement = { ...settlement, suspect: true };
      if (composed.partly) settlement = { ...settlement, sentVersion: null };
      results.push({ item, settlement, outcome });
    }
    await settle({ call: last.call, raw: last.raw, ready: held }, results);
    return reportOf(last);
  }

  async function ask<Answer extends ReadBack | Confirmation>(
    entry: CommandEntry,
    ready: Ready,
    signal: AbortSignal,
    question: (...asked: Parameters<NonNullable<Question>>) => Promise<Outcome<Answer>>,
  ): Promise<Outcome<Answer>> {
    const conversation = await converse(
      {
        entry,
        lane: laneName(ready.item.system, 'query'),
        purpose: entry.recovery === 'confirm' ? 'confirm' : 'read-back',
        paid: false,
        make: async (_, context) => ({
          kind: 'itemised',
          outcomes: [await question(ready.composed.input, context)],
        }),
      },
      [ready],
      signal,
    );
    const outcome = (conversation.outcomes[0] ?? unknown('unreadable')) as Outcome<Answer>;
    await engine.batch([endCalls([{ id: conversation.call, outcome: outcome.kind, subject: null, raw: null }])]);
    return outcome;
  }

  async function look(entry: CommandEntry, ready: Ready, signal: AbortSignal): Promise<Outcome<ReadBack>> {
    const { recovery } = entry.operation;
    if (recovery.kind !== 'repeatable' || recovery.readBack === undefined) return completed('cannot-tell');
    return ask(entry, ready, signal, recovery.readBack);
  }

  async function lookAfter(entry: CommandEntry, ready: Ready, tried: Claimed, signal: AbortSignal) {
    const looked = await look(entry, ready, signal);
    const [row] =
      looked.kind === 'completed' && (looked.result === 'differs' || looked.result === 'absent')
        ? await engine.all<{ n: number }>(looksThatTold(tried.id, `read-back-${looked.result}`))
        : [];
    return decideReadBack(tried, looked, entry, platform.random(), row?.n);
  }

  async function confirmFirst(entry: CommandEntry, ready: Ready, signal: AbortSignal) {
    const { item } = ready;
    const { recovery } = entry.operation;
    let asked: Outcome<ReadBack | Confirmation> | undefined;
    let settlement: Settlement | 'send';
    if (recovery.kind === 'confirm') {
      const answer = await ask(entry, ready, signal, recovery.confirm);
      settlement = decideConfirmed(item, answer, entry, platform.random());
      asked = answer;
    } else if (recovery.kind === 'manual') settlement = needsAPerson(item, entry);
    else if (!entry.canReadBack) settlement = 'send';
    else {
      const answer = await look(entry, ready, signal);
      settlement = decideBeforeSend(item, answer, entry, platform.random());
      asked = answer;
    }
    if (settlement !== 'send') {
      if (ready.composed.partly) settlement = { ...settlement, sentVersion: null };
      await settle(null, [{ item, settlement, outcome: completed(null) }]);
    }
    const report = asked && { outcome: asked, keys: isFailed(asked) ? [item.key] : [] };
    return { send: settlement === 'send', ...(report && { report }) };
  }

  return { send, confirmFirst };
}

type Question = Extract<CommandEntry['operation']['recovery'], { kind: 'repeatable' }>['readBack'];

const isFailed = (outcome: Outcome): boolean => ['not-sent', 'unknown', 'drift'].includes(outcome.kind);

function reportOf({ held, outcomes, undivided }: Conversation): CallReport {
  const keys = held.flatMap(({ item }: { item: Claimed }, index) =>
    outcomes[index] !== undefined && isFailed(outcomes[index]) ? [item.key] : [],
  );
  return {
    outcome:
      undivided ??
      outcomes.find((outcome) => outcome.kind === 'unknown' || outcome.kind === 'drift') ??
      outcomes.find((outcome) => outcome.kind === 'not-sent' && outcome.reason === 'rate-limited') ??
      outcomes[0] ??
      unknown('unreadable'),
    // A failed call of several that names none may be one item's fault: it counts for one key, and that item travels
    // alone from then on, so that only many such calls are the system's fault.
    keys: undivided !== undefined && held.length > 1 && mayBeOneItem(undivided) ? keys.slice(0, 1) : keys,
  };
}

/** Whether one bad item can be why a whole call failed: an answer came, or the adapter broke over it. */
function mayBeOneItem(outcome: Failure): boolean {
  return outcome.kind !== 'not-sent' || outcome.reason === 'client-error';
}

/** What may be repeated at once: it surely did not arrive, and they did not ask for patience. */
function isBlip({ outcomes }: Conversation): boolean {
  return (
    outcomes.length > 0 &&
    outcomes.every(
      (outcome) => outcome.kind === 'not-sent' && ['connection-refused', 'dns', 'tls'].includes(outcome.reason),
    )
  );
}
