import type { Confirmation, NotSent, OperationPolicy, Outcome, ReadBack } from '../../../adapters/adapter.ts';
import type { Claimed } from '../sending/claim-statements.ts';
import type { SettleCommand } from '../sending/settle-statements.ts';
import { triesIn, waitMs } from './schedule.ts';

/** What of an operation bears on settling. */
export interface Recoverability {
  readonly recovery: 'repeatable' | 'confirm' | 'manual';
  readonly canReadBack: boolean;
  readonly policy: OperationPolicy;
}

export type Settlement = Omit<SettleCommand, 'stream' | 'epoch' | 'exchange' | 'detail' | 'version'> & {
  /** The newest state became overdue just now: said aloud once, while it goes on being tried. */
  readonly overdue?: boolean;
};

/** What of an exchange and its stream bears on settling. */
export type Bearing = Pick<Claimed, 'attempts' | 'tried_ms' | 'collapses' | 'version' | 'read_back' | 'suspect'>;

/** Nothing stays parked unheard: after this time a question is asked again, and a person is told again. 3 days. */
export const PARKED_FOR_MS = 3 * 86_400_000;
/**
 * Tries after which a look that cannot be had is given up, and what the peer answered is believed; and looks that told
 * the same after which that is believed.
 */
const LOOKS_BEFORE_BELIEVING = 5;

/**
 * What an outcome means for an exchange and its stream. Pure: the same outcome, policy and chance give the same answer.
 * Fails towards waiting: whatever may have acted is `uncertain`, keeps the stream silent for the peer's longest
 * processing time and is asked about, never straight away sent again.
 */
export function decide(item: Bearing, outcome: Outcome, operation: Recoverability, random: number): Settlement {
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
    readBack: item.read_back === 2 ? 2 : item.read_back === 1 ? 1 : 0,
    // A suspect travels alone until something was answered to it by itself.
    suspect: item.suspect === 1 && ['not-sent', 'unknown', 'drift'].includes(outcome.kind),
    parkedReason: null,
    parkedForMs: null,
  };
  switch (outcome.kind) {
    case 'completed':
    case 'accepted':
      return {
        ...base,
        code: outcome.kind === 'accepted' ? outcome.ref : null,
        readBack: 0,
        sentVersion: item.collapses === 1 ? item.version : null,
      };
    case 'rejected':
      return { ...base, to: 'rejected', cause: 'rejected', code: outcome.code, readBack: 0 };
    case 'not-sent': {
      const { retryAfterMs, quietMs } = patienceOf(outcome);
      const dueInMs = waitMs(policy.scheduleMs, item.attempts, random, retryAfterMs);
      return again(
        { ...base, to: 'retrying', cause: outcome.reason, code: outcome.reason, quietMs },
        item,
        operation,
        dueInMs,
      );
    }
    case 'unknown':
    case 'drift': {
      const cause = outcome.kind === 'drift' ? 'drift' : outcome.reason;
      const code = outcome.kind === 'drift' ? outcome.path : outcome.reason;
      if (operation.recovery === 'manual') return { ...base, to: 'uncertain', cause, code, ...FOR_A_PERSON };
      const dueInMs = Math.max(policy.quietMs, waitMs(policy.scheduleMs, item.attempts, random));
      // Where the past is to be asked about first (after a restore), a further unknown does not end that.
      const readBack = operation.recovery === 'confirm' || item.read_back === 2 ? 2 : operation.canReadBack ? 1 : 0;
      return again(
        { ...base, to: 'uncertain', cause, code, quietMs: policy.quietMs, readBack },
        item,
        operation,
        dueInMs,
      );
    }
  }
}

/**
 * How long they asked us to leave this stream alone: a newer state does not overtake that. What keeps us from logging
 * in is no stream's affair and silences none; a refused login is our own caution, and ends when a person resumes.
 */
function patienceOf({ reason, retryAfterMs }: NotSent): { readonly retryAfterMs?: number; readonly quietMs: number } {
  if (retryAfterMs === undefined || reason === 'login-refused') return { quietMs: 0 };
  return { retryAfterMs, quietMs: reason === 'login-failed' ? 0 : retryAfterMs };
}

/** As a cause: they show another state. As the reason of parking: they go on doing so after completed sends. */
export const NATION_DIFFERS = 'nation-differs';
const FOR_THE_PROVINCE = { parkedReason: NATION_DIFFERS, parkedForMs: PARKED_FOR_MS } as const;
const FOR_A_PERSON = { parkedReason: 'needs-a-person', parkedForMs: PARKED_FOR_MS } as const;

/**
 * Tries again later, unless the time spent trying is used up. Desired state never dies: it becomes overdue instead.
 * What may have acted and must not act twice is not given up either: it waits for a person.
 */
function again(
  settlement: Settlement,
  item: Pick<Claimed, 'collapses'>,
  { policy, recovery }: Recoverability,
  dueInMs: number,
): Settlement {
  const triedMs = settlement.triedMs + dueInMs;
  if (triedMs <= policy.giveUpAgeMs) return { ...settlement, triedMs, dueInMs };
  if (item.collapses === 1)
    return { ...settlement, triedMs, dueInMs, overdue: settlement.triedMs <= policy.giveUpAgeMs };
  if (settlement.to === 'uncertain' && recovery !== 'repeatable')
    return { ...settlement, triedMs, dueInMs, ...FOR_A_PERSON };
  return { ...settlement, to: 'dead', triedMs, dueInMs: 0 };
}

/** One item of a call that was refused as a whole without being named: it travels alone from now on, and soon. */
export function splitFrom(item: Pick<Claimed, 'tried_ms' | 'read_back'>): Settlement {
  return {
    to: 'retrying',
    cause: 'batch-refused',
    outcome: 'not-sent',
    code: 'batch-refused',
    sentVersion: null,
    dueInMs: 0,
    triedMs: item.tried_ms,
    quietMs: 0,
    readBack: item.read_back === 2 ? 2 : item.read_back === 1 ? 1 : 0,
    suspect: true,
    parkedReason: null,
    parkedForMs: null,
  };
}

/** An item of a call that was refused for the sake of others: nothing is held against it. */
export function leftOut(item: Pick<Claimed, 'tried_ms' | 'read_back'>): Settlement {
  return { ...splitFrom(item), cause: 'not-in-batch', code: 'not-in-batch', suspect: false };
}

/** Nothing left the process: the exchange waits as it did before it was claimed. */
export function untouched(item: Pick<Claimed, 'tried_ms' | 'read_back' | 'suspect'>): Settlement {
  return {
    ...splitFrom(item),
    to: 'pending',
    cause: null,
    code: 'cancelled-before-sending',
    suspect: item.suspect === 1,
  };
}

/** It cannot be put together now: tried again by the schedule like what could not be sent, and told aloud each time. */
export function unfit(item: Bearing, operation: Recoverability, cause: string, random: number): Settlement {
  const { scheduleMs } = operation.policy;
  const dueInMs = waitMs(scheduleMs, triesIn(scheduleMs, item.tried_ms), random);
  return again({ ...untouched(item), to: 'retrying', cause, code: cause }, item, operation, dueInMs);
}

/**
 * What the nation was seen to show, for a send that completed after an earlier unknown one. An older state that still
 * shows is mended by sending again, but not for ever: a peer that completes the send and shows something else each time
 * is a matter for the province. A peer that cannot tell, or cannot be asked, is believed in what it answered.
 * `seenBefore` counts the looks for this exchange that told the same as this one.
 */
export function decideReadBack(
  item: Claimed,
  looked: Outcome<ReadBack>,
  operation: Recoverability,
  random: number,
  seenBefore = 0,
): Settlement {
  const delivered = decide({ ...item, read_back: 0 }, { kind: 'completed', result: null }, operation, random);
  const seen = seenOf(looked, item.attempts >= LOOKS_BEFORE_BELIEVING);
  if (seen === 'matches' || seen === 'cannot-tell') return { ...delivered, code: `read-back-${seen}` };
  const dueInMs = Math.max(operation.policy.quietMs, waitMs(operation.policy.scheduleMs, item.attempts, random));
  return {
    ...delivered,
    to: 'retrying',
    cause: `read-back-${seen}`,
    code: `read-back-${seen}`,
    sentVersion: null,
    dueInMs,
    triedMs: item.tried_ms + dueInMs,
    quietMs: operation.policy.quietMs,
    readBack: 1,
    ...(seen !== 'failed' &&
      seenBefore + 1 >= LOOKS_BEFORE_BELIEVING && { to: 'uncertain', cause: NATION_DIFFERS, ...FOR_THE_PROVINCE }),
  };
}

/**
 * Before anything is sent for a stream whose past is in doubt (after a restore). Absent: sending is harmless.
 * Matching: they tell of existence and status, not of content, so that it is taken as shown only where this stream has
 * no other content that it could be. Anything else: only a fresh snapshot from the province can be trusted to be newer.
 */
export function decideBeforeSend(
  item: Claimed,
  looked: Outcome<ReadBack>,
  operation: Recoverability,
  random: number,
): Settlement | 'send' {
  const seen = seenOf(looked, false);
  if (seen === 'failed') return unconfirmed(item, looked, operation, random);
  if (seen === 'absent') return 'send';
  const delivered = decide({ ...item, read_back: 0 }, { kind: 'completed', result: null }, operation, 0);
  if (seen === 'matches' && isOnlyContent(item)) return { ...delivered, code: 'confirmed-by-status' };
  return {
    ...delivered,
    to: 'uncertain',
    cause: seen === 'matches' ? 'content-unproven' : NATION_DIFFERS,
    code: `read-back-${seen}`,
    sentVersion: null,
    readBack: 2,
    parkedReason: 'snapshot-requested',
    parkedForMs: PARKED_FOR_MS,
  };
}

/** Nothing else of this stream was ever sent or waited to be: what shows can only come from this exchange, or is newer. */
function isOnlyContent({ sent_version, version, seq }: Claimed): boolean {
  return sent_version === 0 && (version === 1 || seq === 1);
}

/** Whether an earlier send took effect, as they say. Only a plain "no" lets it be sent again. */
export function decideConfirmed(
  item: Claimed,
  asked: Outcome<Confirmation>,
  operation: Recoverability,
  random: number,
): Settlement | 'send' {
  if (asked.kind === 'not-sent' || asked.kind === 'unknown') return unconfirmed(item, asked, operation, random);
  const said = asked.kind === 'completed' ? asked.result : 'cannot-tell';
  if (said === 'not-applied') return 'send';
  const delivered = decide({ ...item, read_back: 0 }, { kind: 'completed', result: null }, operation, 0);
  if (said === 'applied') return { ...delivered, code: 'confirmed' };
  return {
    ...delivered,
    to: 'uncertain',
    cause: 'cannot-tell',
    sentVersion: null,
    readBack: 2,
    ...FOR_A_PERSON,
  };
}

/** Nobody can be asked whether it took effect, and it must not be sent twice. */
export function needsAPerson(item: Bearing, operation: Recoverability): Settlement {
  return decide(item, { kind: 'unknown', reason: 'process-lost' }, { ...operation, recovery: 'manual' }, 0);
}

/** They could not be asked now: the question is put again by the schedule, and nothing is sent before it is answered. */
function unconfirmed(item: Claimed, looked: Outcome, operation: Recoverability, random: number): Settlement {
  const { scheduleMs } = operation.policy;
  const { retryAfterMs, quietMs } = looked.kind === 'not-sent' ? patienceOf(looked) : { quietMs: 0 };
  const dueInMs = waitMs(scheduleMs, triesIn(scheduleMs, item.tried_ms), random, retryAfterMs);
  const base = decide({ ...item, read_back: 2 }, { kind: 'not-sent', reason: 'unavailable' }, operation, random);
  return again(
    {
      ...base,
      to: 'uncertain',
      cause: 'confirm-failed',
      code: 'confirm-failed',
      triedMs: item.tried_ms,
      quietMs,
      parkedReason: null,
      parkedForMs: null,
    },
    item,
    operation,
    dueInMs,
  );
}

/** A refusal or an unreadable answer tells as little as "cannot tell"; silence may be asked again, but not for ever. */
function seenOf(looked: Outcome<ReadBack>, believe: boolean): ReadBack | 'failed' {
  if (looked.kind === 'completed') return looked.result;
  if (looked.kind === 'not-sent' || looked.kind === 'unknown') return believe ? 'cannot-tell' : 'failed';
  return 'cannot-tell';
}
