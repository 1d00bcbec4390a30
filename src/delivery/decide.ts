import type { OperationPolicy, Outcome, ReadBack } from '../../adapters/adapter.ts';
import { waitMs } from './schedule.ts';
import type { Claimed, SettleCommand } from './statements.ts';

/** What of an operation bears on settling. */
export interface Recoverability {
  readonly recovery: 'repeatable' | 'confirm' | 'manual';
  readonly canReadBack: boolean;
  readonly policy: OperationPolicy;
}

export type Settlement = Omit<SettleCommand, 'stream' | 'epoch' | 'exchange' | 'detail'>;

/** Streams come out of parking by themselves after this time, so that nothing is forgotten: 3 days. */
const PARKED_FOR_MS = 3 * 86_400_000;

/**
 * What an outcome means for an exchange and its stream. Pure: the same outcome, policy and chance give the same answer.
 * Fails towards waiting: whatever may have acted is `uncertain`, keeps the stream silent for the peer's longest
 * processing time and is asked about, never straight away sent again.
 */
export function decide(
  item: Pick<Claimed, 'attempts' | 'tried_ms' | 'collapses' | 'version' | 'read_back'>,
  outcome: Outcome,
  operation: Recoverability,
  random: number,
): Settlement {
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
    suspect: false,
    parkedReason: null,
    parkedForMs: null,
  };
  switch (outcome.kind) {
    case 'completed':
    case 'accepted':
      return { ...base, readBack: 0, sentVersion: item.collapses === 1 ? item.version : null };
    case 'rejected':
      return { ...base, to: 'rejected', cause: 'rejected', code: outcome.code, readBack: 0 };
    case 'not-sent': {
      const dueInMs = waitMs(policy.scheduleMs, item.attempts, random, outcome.retryAfterMs);
      return again({ ...base, to: 'retrying', cause: outcome.reason, code: outcome.reason }, item, policy, dueInMs);
    }
    case 'unknown':
    case 'drift': {
      const cause = outcome.kind === 'drift' ? 'drift' : outcome.reason;
      const code = outcome.kind === 'drift' ? outcome.path : outcome.reason;
      if (operation.recovery === 'manual')
        return { ...base, to: 'uncertain', cause, code, parkedReason: 'needs-a-person', parkedForMs: null };
      const dueInMs = Math.max(policy.quietMs, waitMs(policy.scheduleMs, item.attempts, random));
      const readBack = operation.recovery === 'confirm' ? 2 : operation.canReadBack ? 1 : 0;
      return again({ ...base, to: 'uncertain', cause, code, quietMs: policy.quietMs, readBack }, item, policy, dueInMs);
    }
  }
}

/** Tries again later, unless the time spent trying is used up. Desired state never dies: it becomes overdue instead. */
function again(
  settlement: Settlement,
  item: Pick<Claimed, 'collapses'>,
  policy: OperationPolicy,
  dueInMs: number,
): Settlement {
  const triedMs = settlement.triedMs + dueInMs;
  if (triedMs > policy.giveUpAgeMs && item.collapses === 0) {
    // What may have acted is not given up on: it waits for a person.
    if (settlement.to === 'uncertain') return { ...settlement, triedMs, dueInMs, parkedReason: 'needs-a-person' };
    return { ...settlement, to: 'dead', triedMs, dueInMs: 0 };
  }
  return { ...settlement, triedMs, dueInMs };
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
    readBack: item.read_back === 1 ? 1 : 0,
    suspect: true,
    parkedReason: null,
    parkedForMs: null,
  };
}

/**
 * What the nation was seen to show, for a send that completed after an earlier unknown one. An older state that still
 * shows is mended by sending again; a peer that cannot tell is believed in what it answered.
 */
export function decideReadBack(item: Claimed, seen: ReadBack, operation: Recoverability, random: number): Settlement {
  const delivered = decide({ ...item, read_back: 0 }, { kind: 'completed', result: null }, operation, random);
  if (seen === 'matches' || seen === 'cannot-tell') return { ...delivered, code: `read-back-${seen}` };
  const dueInMs = Math.max(operation.policy.quietMs, waitMs(operation.policy.scheduleMs, item.attempts, random));
  return {
    ...delivered,
    to: 'retrying',
    cause: `read-back-${seen}`,
    outcome: 'completed',
    code: `read-back-${seen}`,
    sentVersion: null,
    dueInMs,
    triedMs: item.tried_ms + dueInMs,
    quietMs: operation.policy.quietMs,
    readBack: 1,
  };
}

/**
 * Before anything is sent for a stream whose past is in doubt (after a restore). Absent: sending is harmless.
 * Matching: taken as shown. Anything else: only a fresh snapshot from the province can be trusted to be newer.
 */
export function decideBeforeSend(item: Claimed, seen: ReadBack, operation: Recoverability): Settlement | 'send' {
  if (seen === 'absent') return 'send';
  const delivered = decide({ ...item, read_back: 0 }, { kind: 'completed', result: null }, operation, 0);
  if (seen === 'matches') return { ...delivered, code: 'confirmed-by-status' };
  return {
    ...delivered,
    to: 'uncertain',
    cause: 'nation-differs',
    outcome: 'completed',
    code: `read-back-${seen}`,
    sentVersion: null,
    readBack: 2,
    parkedReason: 'snapshot-requested',
    parkedForMs: PARKED_FOR_MS,
  };
}
