import type { LaneClass, LanePolicy, OperationPolicy } from '../adapter.ts';
import { pageLanes } from '../kit/page-policy.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** Money that goes back. Their longest time is not published, so that an hour passes before "not found" is believed. */
export const refundPolicy: OperationPolicy = {
  timeoutMs: 30 * SECOND,
  quietMs: HOUR,
  inlineTries: 2,
  scheduleMs: [HOUR, 3 * HOUR, 6 * HOUR, 24 * HOUR],
  giveUpAgeMs: 7 * 24 * HOUR,
  batchSize: 1,
};

const slower = { ratePerSecond: 10, burst: 10 };

/** Refunds are few. */
export const lanes: Readonly<Record<LaneClass, LanePolicy>> = {
  command: { ...pageLanes.command, ratePerSecond: 2, burst: 2, concurrency: 2 },
  interactive: { ...pageLanes.interactive, ...slower },
  query: { ...pageLanes.query, ...slower },
};
