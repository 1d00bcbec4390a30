import type { LaneClass, LanePolicy, OperationPolicy } from '../adapter.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A payer looks at a turning wheel for so long. */
export const PAGE_WITHIN_MS = 10 * SECOND;

/**
 * How long the bank works on a verifyPayment is not published. Two minutes are enough because of what a later page
 * would be: one whose address nobody has, so that nobody pays there; its reference stays under the room's watch.
 */
export const openPolicy: OperationPolicy = {
  timeoutMs: 6 * SECOND,
  quietMs: 2 * MINUTE,
  inlineTries: 2,
  scheduleMs: [30 * SECOND, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR],
  giveUpAgeMs: 24 * HOUR,
  batchSize: 1,
};

/** A question on behalf of a payment that is watched: the watch asks again by itself. */
export const askPolicy: OperationPolicy = {
  timeoutMs: 6 * SECOND,
  quietMs: 0,
  inlineTries: 2,
  scheduleMs: [5 * SECOND, 30 * SECOND, 5 * MINUTE],
  giveUpAgeMs: HOUR,
  batchSize: 1,
};

/** Money that goes back. Their longest time is not published, so that an hour passes before "not found" is believed. */
export const refundPolicy: OperationPolicy = {
  timeoutMs: 30 * SECOND,
  quietMs: HOUR,
  inlineTries: 2,
  scheduleMs: [HOUR, 3 * HOUR, 6 * HOUR, 24 * HOUR],
  giveUpAgeMs: 7 * 24 * HOUR,
  batchSize: 1,
};

const breaker: LanePolicy['breaker'] = {
  windowMs: 30 * SECOND,
  minimumCalls: 20,
  minimumKeys: 5,
  failureRatio: 0.5,
  openMs: 15 * SECOND,
  maxOpenMs: 10 * MINUTE,
};
const lane: LanePolicy = { ratePerSecond: 10, burst: 10, concurrency: 4, breaker, downtime: [] };

/** Refunds are few; more payers than askers wait at once. */
export const lanes: Readonly<Record<LaneClass, LanePolicy>> = {
  command: { ...lane, ratePerSecond: 2, burst: 2, concurrency: 2 },
  interactive: { ...lane, concurrency: 8 },
  query: lane,
};
