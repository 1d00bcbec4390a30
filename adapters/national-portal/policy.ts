import type { LaneClass, LanePolicy, OperationPolicy } from '../adapter.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Six seconds is the read timeout of a known client (WIRE.md 1.1); the longest processing time is not published. */
export const commandPolicy: OperationPolicy = {
  timeoutMs: 6 * SECOND,
  quietMs: 2 * MINUTE,
  inlineTries: 2,
  scheduleMs: [5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR],
  giveUpAgeMs: 72 * HOUR,
  // One dossier a call is what clients are seen to send (WIRE.md A2.2); `NATIONAL_PORTAL_POLICY` may raise it.
  batchSize: 1,
};

export const queryPolicy: OperationPolicy = {
  timeoutMs: 6 * SECOND,
  quietMs: 0,
  inlineTries: 2,
  scheduleMs: [5 * SECOND, 30 * SECOND, 5 * MINUTE],
  giveUpAgeMs: HOUR,
  batchSize: 1,
};

/** Catalogues are long answers that nobody waits for. */
export const cataloguePolicy: OperationPolicy = { ...queryPolicy, timeoutMs: 30 * SECOND };

const breaker: LanePolicy['breaker'] = {
  windowMs: 30 * SECOND,
  minimumCalls: 20,
  minimumKeys: 5,
  failureRatio: 0.5,
  openMs: 15 * SECOND,
  maxOpenMs: 10 * MINUTE,
};

export const lanes: Readonly<Record<LaneClass, LanePolicy>> = {
  command: { ratePerSecond: 50, burst: 50, concurrency: 8, breaker, downtime: [] },
  interactive: { ratePerSecond: 20, burst: 20, concurrency: 4, breaker, downtime: [] },
  query: { ratePerSecond: 20, burst: 20, concurrency: 4, breaker, downtime: [] },
};
