import type { LaneClass, LanePolicy, LaterAnswer, OperationPolicy } from '../../../adapters/adapter.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The bureau works on nothing for longer than a minute. */
export const actPolicy: OperationPolicy = {
  timeoutMs: 3 * SECOND,
  quietMs: MINUTE,
  inlineTries: 2,
  scheduleMs: [5 * SECOND, 30 * SECOND, 5 * MINUTE],
  giveUpAgeMs: 24 * HOUR,
  batchSize: 1,
};

export const queryPolicy: OperationPolicy = {
  timeoutMs: 3 * SECOND,
  quietMs: 0,
  inlineTries: 2,
  scheduleMs: [5 * SECOND, 30 * SECOND],
  giveUpAgeMs: HOUR,
  batchSize: 1,
};

/** `results` takes three tickets. */
export const resultsPolicy: OperationPolicy = { ...queryPolicy, batchSize: 3 };

/** How long a person waits for a page. */
export const PAGE_WITHIN_MS = 8 * SECOND;

/** A registration is decided within a month. */
export const decision: LaterAnswer = {
  query: 'fetch-results',
  scheduleMs: [MINUTE, 10 * MINUTE, HOUR, 6 * HOUR],
  forMs: 30 * 24 * HOUR,
};

const breaker: LanePolicy['breaker'] = {
  windowMs: 30 * SECOND,
  minimumCalls: 20,
  minimumKeys: 5,
  failureRatio: 0.5,
  openMs: 15 * SECOND,
  maxOpenMs: 10 * MINUTE,
};
const lane: LanePolicy = { ratePerSecond: 20, burst: 20, concurrency: 4, breaker, downtime: [] };

export const lanes: Readonly<Record<LaneClass, LanePolicy>> = { command: lane, interactive: lane, query: lane };
