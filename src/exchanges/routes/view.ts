import type { z } from 'zod';
import { vietnamTime, vietnamTimeOrNull } from '../../../contracts/domain/time.ts';
import type {
  ExchangeActed as ActedBody,
  Attempt as AttemptBody,
  ExchangeSummary as SummaryBody,
  streamPosition,
  ExchangeView as ViewBody,
} from '../../../contracts/v1/exchange.ts';
import type { DryRun, ReplayView as ReplayBody } from '../../../contracts/v1/replay.ts';
import type { Attempt, ExchangeSummary, ExchangeView, ExchangeWatch, HoldUntil, StreamPosition } from '../exchange.ts';
import type { Replay, ReplayPlan } from '../replays/replays.ts';

/** What the contract's first version shows of exchanges and replays, member by member. */
export const summaryOf = (exchange: ExchangeSummary): SummaryBody => ({
  id: exchange.id,
  system: exchange.system,
  key: exchange.key,
  operation: exchange.operation,
  seq: exchange.seq,
  kind: exchange.kind,
  collapses: exchange.kind === 'collapsing',
  version: exchange.version,
  state: exchange.state,
  cause: exchange.cause,
  attempts: exchange.attempts,
  acceptedAt: vietnamTime(exchange.acceptedAt),
  acceptedBy: exchange.acceptedBy,
  nextTryAt: vietnamTimeOrNull(exchange.nextTryAt),
  settledAt: vietnamTimeOrNull(exchange.settledAt),
  supersededBy: exchange.supersededBy,
});

export const viewOf = (exchange: ExchangeView): ViewBody => ({
  ...summaryOf(exchange),
  stream: positionOf(exchange.stream),
  watch: exchange.watch === null ? null : watchOf(exchange.watch),
  tries: exchange.tries.map(attemptOf),
  said: exchange.said.map(({ what, words, by, at }) => ({ what, words, by, at: vietnamTime(at) })),
});

const holdOf = ({ why, until }: HoldUntil) => ({ why, until: vietnamTimeOrNull(until) });

/** What an act did, and what holds the exchange all the same. `did` null: it was done before, under the same key. */
export const actedOf = (exchange: ExchangeView, did: NonNullable<ActedBody['act']>['did'] | null): ActedBody => ({
  ...viewOf(exchange),
  act: did === null ? null : { did, stillHeldBy: exchange.stream.holds.map(holdOf) },
});

const positionOf = ({ parked, lane, ...stream }: StreamPosition): z.infer<typeof streamPosition> => ({
  seq: stream.seq,
  newest: stream.newest,
  desiredVersion: stream.desiredVersion,
  shownVersion: stream.shownVersion,
  shownAt: vietnamTimeOrNull(stream.shownAt),
  heldBy: stream.holds.map(({ why }) => why),
  holds: stream.holds.map(holdOf),
  nextTryAt: vietnamTimeOrNull(stream.nextTryAt),
  quietUntil: vietnamTimeOrNull(stream.quietUntil),
  toldUntil: vietnamTimeOrNull(stream.toldUntil),
  asksFirst: stream.asksFirst,
  parked: parked && {
    reason: parked.reason,
    by: parked.by,
    at: vietnamTimeOrNull(parked.at),
    until: vietnamTimeOrNull(parked.until),
  },
  lane: lane && {
    name: lane.name,
    breaker: lane.breaker,
    openUntil: vietnamTimeOrNull(lane.openUntil),
    notBefore: vietnamTimeOrNull(lane.notBefore),
    pausedReason: lane.pausedReason,
    pausedBy: lane.pausedBy,
  },
});

const watchOf = (watch: ExchangeWatch): ViewBody['watch'] => ({
  query: watch.query,
  ref: watch.ref,
  asked: watch.asked,
  nextAt: vietnamTimeOrNull(watch.nextAt),
  until: vietnamTime(watch.until),
  endedAt: vietnamTimeOrNull(watch.endedAt),
});

const attemptOf = (attempt: Attempt): AttemptBody => ({
  n: attempt.n,
  call: attempt.call,
  purpose: attempt.purpose,
  operation: attempt.operation,
  items: attempt.items,
  startedAt: vietnamTime(attempt.startedAt),
  endedAt: vietnamTimeOrNull(attempt.endedAt),
  outcome: attempt.outcome,
  code: attempt.code,
  detail: attempt.detail && { message: attempt.detail.message, fields: [...attempt.detail.fields] },
  answer: attempt.answer,
});

export const replayOf = (replay: Replay): ReplayBody => ({
  id: replay.id,
  filter: replay.filter,
  state: replay.state,
  reason: replay.reason,
  ratePerSecond: replay.ratePerSecond,
  matched: replay.matched,
  done: replay.done,
  skipped: replay.skipped,
  position: replay.position,
  createdAt: vietnamTime(replay.createdAt),
  createdBy: replay.createdBy,
  approvedAt: vietnamTimeOrNull(replay.approvedAt),
  approvedBy: replay.approvedBy,
  stoppedBy: replay.stoppedBy,
  endedAt: vietnamTimeOrNull(replay.endedAt),
});

export const planOf = ({ matched, needsApproval, counts, minutes }: ReplayPlan): DryRun => ({
  matched,
  needsApproval,
  counts: counts.map(({ operation, state, cause, count }) => ({ operation, state, cause, count })),
  minutes,
});
