import type { OperationPolicy } from '../adapter.ts';
import { askPolicy } from '../kit/page-policy.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Nobody waits for a list: it is made for reconciliation, and may be long in the making. */
export const listPolicy: OperationPolicy = {
  ...askPolicy,
  timeoutMs: 20 * SECOND,
  scheduleMs: [30 * SECOND, 5 * MINUTE, 30 * MINUTE],
  giveUpAgeMs: 12 * 60 * MINUTE,
};
