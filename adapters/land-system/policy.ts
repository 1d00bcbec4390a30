import type { LaneClass, LanePolicy, OperationPolicy } from '../adapter.ts';
import { pageLanes } from '../kit/page-policy.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Scanned papers travel inside. How long they work on a dossier is not published: an hour is waited after a doubt. */
export const actPolicy: OperationPolicy = {
  timeoutMs: 60 * SECOND,
  quietMs: HOUR,
  inlineTries: 2,
  scheduleMs: [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR],
  giveUpAgeMs: 72 * HOUR,
  batchSize: 1,
};

const slower = { ratePerSecond: 5, burst: 5, concurrency: 2 };
export const lanes: Readonly<Record<LaneClass, LanePolicy>> = {
  command: { ...pageLanes.command, ...slower },
  interactive: { ...pageLanes.interactive, ...slower },
  query: { ...pageLanes.query, ...slower },
};
