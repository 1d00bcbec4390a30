import type { LaneClass, LanePolicy, OperationPolicy } from '../adapter.ts';
import { pageLanes } from '../kit/page-policy.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Somebody waits for the answer. */
export const queryPolicy: OperationPolicy = {
  timeoutMs: 15 * SECOND,
  quietMs: 15 * SECOND,
  inlineTries: 2,
  scheduleMs: [30 * SECOND, 5 * MINUTE, 30 * MINUTE],
  giveUpAgeMs: 60 * MINUTE,
  batchSize: 1,
};

const gentle: LanePolicy = { ...pageLanes.query, ratePerSecond: 5, burst: 5 };

/** Nothing is sent to the gateway but questions; what it bears is not published. */
export const lanes: Readonly<Record<LaneClass, LanePolicy>> = { command: gentle, interactive: gentle, query: gentle };
