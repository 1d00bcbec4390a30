/**
 * The wait before a further try, in milliseconds: full jitter below the schedule's bound for this many earlier tries,
 * and never earlier than what the peer asked for. `random` is uniform in [0, 1).
 */
export function waitMs(scheduleMs: readonly number[], earlierTries: number, random: number, retryAfterMs = 0): number {
  const bound = scheduleMs[Math.min(Math.max(earlierTries - 1, 0), scheduleMs.length - 1)] ?? 60_000;
  return Math.max(Math.ceil(random * bound), retryAfterMs, 1);
}

/**
 * How many tries a time spent trying stands for, when a question and not a send is repeated and so no attempt counts
 * it: waits are half their bound on average.
 */
export function triesIn(scheduleMs: readonly number[], triedMs: number): number {
  let left = triedMs;
  let tries = 1;
  for (const bound of scheduleMs) {
    left -= bound / 2;
    if (left < 0) break;
    tries += 1;
  }
  return tries;
}
