import type { Platform } from '../../platform.ts';

/**
 * Token buckets in this process's memory, one a principal (or address): `ratePerSecond` on average, two seconds' worth
 * at once. It protects the process from a client that runs away; fairness among national systems is the lanes' work.
 */
export interface RateLimiter {
  /** 0 when the request may go on, else the seconds to wait. */
  take(id: string, ratePerSecond: number): number;
  /** The same question without taking anything. */
  waitOf(id: string, ratePerSecond: number): number;
}

const BUCKETS_AT_MOST = 20_000;

export function createRateLimiter(platform: Platform): RateLimiter {
  const buckets = new Map<string, { tokens: number; at: number }>();

  function filled(id: string, ratePerSecond: number): { tokens: number; at: number } {
    const now = platform.now();
    const burst = burstOf(ratePerSecond);
    let bucket = buckets.get(id);
    if (bucket === undefined) {
      if (buckets.size >= BUCKETS_AT_MOST) buckets.clear();
      bucket = { tokens: burst, at: now };
      buckets.set(id, bucket);
    }
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * ratePerSecond) / 1000);
    bucket.at = now;
    return bucket;
  }
  const wait = (tokens: number, ratePerSecond: number): number =>
    tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / ratePerSecond));

  return {
    take: (id, ratePerSecond) => {
      const bucket = filled(id, ratePerSecond);
      const seconds = wait(bucket.tokens, ratePerSecond);
      if (seconds === 0) bucket.tokens -= 1;
      return seconds;
    },
    waitOf: (id, ratePerSecond) => wait(filled(id, ratePerSecond).tokens, ratePerSecond),
  };
}

const burstOf = (ratePerSecond: number): number => Math.max(1, Math.ceil(ratePerSecond * 2));

/** What a refused client is told: when to come back, and what it may do (IETF RateLimit header fields). */
export const limitHeaders = (waitSeconds: number, ratePerSecond: number): Record<string, string> => ({
  'retry-after': String(waitSeconds),
  ratelimit: `"default";r=0;t=${waitSeconds}`,
  'ratelimit-policy': `"default";q=${burstOf(ratePerSecond)};w=2`,
});
