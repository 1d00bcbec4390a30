import type { LaneClass, LanePolicy, LaterAnswer, OperationPolicy } from '../adapter.ts';
import { pageLanes } from '../kit/page-policy.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Their longest time is not published. Nobody can be asked whether a slip arrived: in doubt a person decides. */
export const slipPolicy: OperationPolicy = {
  timeoutMs: 30 * SECOND,
  quietMs: HOUR,
  inlineTries: 2,
  scheduleMs: [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR],
  giveUpAgeMs: 3 * DAY,
  batchSize: 1,
};
export const askPolicy: OperationPolicy = { ...slipPolicy, quietMs: MINUTE };
/** The watch asks again by itself. */
export const fetchPolicy: OperationPolicy = {
  timeoutMs: 15 * SECOND,
  quietMs: 0,
  inlineTries: 2,
  scheduleMs: [MINUTE, 5 * MINUTE, 30 * MINUTE],
  giveUpAgeMs: DAY,
  batchSize: 1,
};
/** A tax office works on a dossier for days. */
export const answerLater: LaterAnswer = {
  query: 'fetch-tax-answer',
  scheduleMs: [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR],
  forMs: 10 * DAY,
};

const slower = { ratePerSecond: 5, burst: 5, concurrency: 2 };
/** Nobody waits for an answer that takes days. */
export const lanes: Readonly<Record<LaneClass, LanePolicy>> = {
  command: { ...pageLanes.command, ...slower },
  interactive: { ...pageLanes.interactive, ...slower },
  query: { ...pageLanes.query, ...slower },
};
