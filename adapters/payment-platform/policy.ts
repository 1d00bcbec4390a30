import type { OperationPolicy } from '../adapter.ts';
import { askPolicy } from '../kit/page-policy.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A receipt may be made long after the payment: too short a file is fetched again later (WIRE.md A3.1). */
export const receiptPolicy: OperationPolicy = {
  ...askPolicy,
  timeoutMs: 15_000,
  scheduleMs: [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR],
  giveUpAgeMs: 72 * HOUR,
};
