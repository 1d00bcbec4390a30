import type { CommandKind, CommandOperation, NotSent, OperationPolicy, Outcome } from '../../../adapters/adapter.ts';
import { ruleReason } from './rule-reason.ts';
import { triesIn, waitMs } from './schedule.ts';

/** What of an operation bears on settling. */
export interface Recoverability {
  readonly recovery: CommandOperation['recovery']['kind'];
  readonly canReadBack: boolean;
  /** A person waits: what surely was not sent is over, and is never sent later. */
  readonly interactive: boolean;
  readonly policy: OperationPolicy;
}

/**
 * What is not known of a stream's past. `look-after`: what they show is looked at after the next completed send.
 * `ask-first`: they are asked before anything is sent.
 */
export type Doubt = 'none' | 'look-after' | 'ask-first';

/** What of a claimed exchange and its stream bears on settling. */
export interface InHand {
  readonly kind: CommandKind;
  readonly version: number | null;
  readonly attempts: number;
  readonly tried_ms: number;
  readonly doubt: Doubt;
  readonly suspect: number;
  /** The state that it was claimed in. */
  readonly claimed_from: 'pending' | 'retrying' | 'uncertain';
}

/** What is to become of a claimed exchange and its stream. Times are milliseconds from now. */
export interface Settlement {
  readonly to: 'delivered' | 'rejected' | 'retrying' | 'uncertain' | 'dead' | 'cancelled' | 'pending';
  readonly cause: string | null;
  /** The outcome's kind and code as the attempt keeps them. */
  readonly outcome: string;
  readonly code: string | null;
  /** The version that they now show, for a delivered desired state. */
  readonly sentVersion: number | null;
  readonly dueInMs: number;
  /** The time spent trying, all in all. */
  readonly triedMs: number;
  /** Silence for the whole stream, because what was sent may still take effect (I3). */
  readonly quietMs: number;
  /** Silence for the whole stream, because they asked for it; a person may lift it. */
  readonly toldMs: number;
  readonly doubt: Doubt;
  readonly suspect: boolean;
  readonly parking: Parking | null;
  /** They heard it and did not take it: a few such, and others may pass it where its operation lets them. */
  readonly refused?: boolean;
  /** The newest state became overdue just now: said aloud once, while it goes on being tried. */
  readonly overdue?: boolean;
}

/** A stream that cannot go on by itself. */
export interface Parking {
  readonly reason: string;
  /** `owner`: ends when the owner of the desired state hands it over once more. */
  readonly waitsFor: 'person' | 'owner';
  readonly forMs: number;
}

/** Nothing stays parked unheard: after this time a question is asked again, and a person is told again. 3 days. */
export const PARKED_FOR_MS = 3 * 86_400_000;
export const FOR_A_PERSON: Parking = { reason: 'needs-a-person', waitsFor: 'person', forMs: PARKED_FOR_MS };

/**
 * What the outcome of a send means for an exchange and its stream. Pure: the same outcome, policy and chance give the
 * same answer. Fails towards waiting: whatever may have acted is `uncertain` and keeps the stream silent for the peer's
 * longest processing time; then it is asked about, or sent again where that is harmless.
 */
export function settleSend(item: InHand, outcome: Outcome, operation: Recoverability, random: number): Settlement {
  const { policy } = operation;
  const base: Settlement = {
    to: 'delivered',
    cause: null,
    outcome: outcome.kind,
    code: null,
    sentVersion: null,
    dueInMs: 0,
    triedMs: item.tried_ms,
    quietMs: 0,
    toldMs: 0,
    doubt: item.doubt,
    // A suspect travels alone until something was answered to it by itself.
    suspect: item.suspect === 1 && ['not-sent', 'unknown', 'drift'].includes(outcome.kind),
    parking: null,
  };
  switch (outcome.kind) {
    case 'completed':
      return deliver(base, item);
    case 'accepted':
      return deliver(base, item);
    case 'rejected':
      return { ...base, to: 'rejected', cause: 'rejected', code: outcome.code, doubt: 'none' };
    case 'not-sent': {
      const failed = { ...base, cause: outcome.reason, code: outcome.reason };
      if (operation.interactive) return { ...failed, to: 'cancelled', doubt: 'none' };
      const { retryAfterMs, toldMs } = patienceOf(outcome);
      const dueInMs = waitMs(policy.scheduleMs, item.attempts, random, retryAfterMs);
      // A repeatable act that may have acted before is no less in doubt because this try did not arrive.
      const to = item.kind === 'act' && item.claimed_from === 'uncertain' ? 'uncertain' : 'retrying';
      return again({ ...failed, to, toldMs, refused: isRefusal(outcome) }, item, operation, dueInMs);
    }
    case 'unknown':
    case 'drift': {
      const cause = outcome.kind === 'drift' ? 'drift' : outcome.reason;
      const code = outcome.kind === 'drift' ? outcome.path : outcome.reason;
      if (operation.recovery === 'manual') return { ...base, to: 'uncertain', cause, code, parking: FOR_A_PERSON };
      const dueInMs = Math.max(policy.quietMs, waitMs(policy.scheduleMs, item.attempts, random));
      return again(
        {
          ...base,
          to: 'uncertain',
          cause,
          code,
          quietMs: policy.quietMs,
          doubt: doubtAfterUnknown(item, operation),
          refused: isRefusal(outcome),
        },
        item,
        operation,
        dueInMs,
      );
    }
  }
}

/** Reasons for an unknown outcome with which they had the request in their hands. */
const HEARD: ReadonlySet<string> = new Set(['server-error', 'timeout', 'connection-lost', 'unreadable']);

/**
 * Whether they answered this send with anything but a yes, or had it and gave no answer. What never reached them says
 * nothing about what was sent.
 */
export function isRefusal(outcome: Outcome): boolean {
  if (outcome.kind === 'unknown') return HEARD.has(outcome.reason);
  if (outcome.kind === 'drift') return true;
  if (outcome.kind !== 'not-sent' || outcome.ours === true || outcome.during === 'login') return false;
  // Without a wait that they named, it may as well be that no connection came about.
  if (outcome.reason === 'unavailable') return outcome.retryAfterMs !== undefined;
  return outcome.reason === 'client-error' || outcome.reason === 'rate-limited';
}

/** Delivered: all doubt ends, and of desired state this version is shown now. */
export const deliver = (base: Settlement, item: Pick<InHand, 'kind' | 'version'>): Settlement => ({
  ...base,
  to: 'delivered',
  doubt: 'none',
  sentVersion: item.kind === 'collapsing' ? item.version : null,
});

/** Where the past is to be asked about first (after a restore), a further unknown does not end that. */
function doubtAfterUnknown({ doubt }: Pick<InHand, 'doubt'>, operation: Recoverability): Doubt {
  if (operation.recovery === 'confirm' || doubt === 'ask-first') return 'ask-first';
  return operation.canReadBack ? 'look-after' : 'none';
}

/**
 * How long they asked us to leave this stream alone: a newer state does not overtake that. What keeps us from logging
 * in is no stream's affair and silences none; a refused login is our own caution, and ends when a person resumes.
 */
export function patienceOf(outcome: NotSent): {
  readonly retryAfterMs?: number;
  readonly toldMs: number;
} {
  const { retryAfterMs } = outcome;
  const reason = ruleReason(outcome);
  if (retryAfterMs === undefined || reason === 'login-refused') return { toldMs: 0 };
  return { retryAfterMs, toldMs: reason === 'login-failed' ? 0 : retryAfterMs };
}

/**
 * Tries again later, unless the time spent trying is used up. Desired state never dies: it becomes overdue instead.
 * What may have acted and must not act twice is not given up either: it waits for a person.
 */
export function again(
  settlement: Settlement,
  item: Pick<InHand, 'kind'>,
  { policy, recovery }: Recoverability,
  dueInMs: number,
): Settlement {
  const triedMs = settlement.triedMs + dueInMs;
  if (triedMs <= policy.giveUpAgeMs) return { ...settlement, triedMs, dueInMs };
  if (item.kind === 'collapsing')
    return { ...settlement, triedMs, dueInMs, overdue: settlement.triedMs <= policy.giveUpAgeMs };
  if (settlement.to === 'uncertain' && (recovery !== 'repeatable' || item.kind === 'act'))
    return { ...settlement, triedMs, dueInMs, parking: FOR_A_PERSON };
  return { ...settlement, to: 'dead', triedMs, dueInMs: 0 };
}

/** One item of a call that was refused as a whole without being named: it travels alone from now on, and soon. */
export function splitFrom(item: Pick<InHand, 'tried_ms' | 'doubt'>): Settlement {
  return {
    to: 'retrying',
    cause: 'batch-refused',
    outcome: 'not-sent',
    code: 'batch-refused',
    sentVersion: null,
    dueInMs: 0,
    triedMs: item.tried_ms,
    quietMs: 0,
    toldMs: 0,
    doubt: item.doubt,
    suspect: true,
    parking: null,
  };
}

/** An item of a call that was refused for the sake of others: nothing is held against it. */
export function leftOut(item: Pick<InHand, 'tried_ms' | 'doubt'>): Settlement {
  return { ...splitFrom(item), cause: 'not-in-batch', code: 'not-in-batch', suspect: false };
}

/** Nothing left the process: the exchange waits in the state that it was claimed in, its doubt and all. */
export function givenBack(item: Pick<InHand, 'tried_ms' | 'doubt' | 'suspect' | 'claimed_from'>): Settlement {
  return {
    ...splitFrom(item),
    to: item.claimed_from,
    cause: null,
    code: 'cancelled-before-sending',
    suspect: item.suspect === 1,
  };
}

/** It cannot be put together now: tried again by the schedule like what could not be sent, and told aloud each time. */
export function unfit(item: InHand, operation: Recoverability, cause: string, random: number): Settlement {
  const { scheduleMs } = operation.policy;
  const dueInMs = waitMs(scheduleMs, triesIn(scheduleMs, item.tried_ms), random);
  // What may have acted stays in doubt, whether it can be put together or not.
  const to = item.claimed_from === 'uncertain' ? 'uncertain' : 'retrying';
  return again({ ...givenBack(item), to, cause, code: cause }, item, operation, dueInMs);
}

/** The person's data is gone: nothing is sent any more. An act that may have taken effect is no "no": a person closes it. */
export function erased(item: InHand, operation: Recoverability): Settlement {
  if (item.kind !== 'act')
    return settleSend(item, { kind: 'rejected', code: 'erased', message: '', fields: [] }, operation, 0);
  const base: Settlement = { ...givenBack(item), cause: 'erased', code: 'erased', suspect: false };
  if (item.claimed_from === 'uncertain') return { ...base, parking: FOR_A_PERSON };
  return { ...base, to: 'cancelled', doubt: 'none' };
}

/** Nobody can be asked whether it took effect, and it must not be sent twice. */
export function needsAPerson(item: InHand, operation: Recoverability): Settlement {
  return settleSend(item, { kind: 'unknown', reason: 'process-lost' }, { ...operation, recovery: 'manual' }, 0);
}
