/**
 * The wait before a further try, in milliseconds: full jitter below the schedule's bound for this many earlier tries,
 * and never earlier than what the peer asked for. `random` is uniform in [0, 1).
 */
export function waitMs(scheduleMs: readonly number[], earlierTries: number, random: number, retryAfterMs = 0): number {
  const bound = scheduleMs[Math.min(Math.max(earlierTries - 1, 0), scheduleMs.length - 1)] ?? 60_000;
  return Math.max(Math.ceil(random * bound), retryAfterMs, 1);
}
