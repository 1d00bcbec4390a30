import type { Platform } from '../platform.ts';
import { refilled, type TokenBucket, taken, untilTokenMs } from '../token-bucket.ts';

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
  const buckets = new Map<string, TokenBucket>();

  function filled(id: string, ratePerSecond: number): TokenBucket {
    const now = platform.steady();
    const burst = burstOf(ratePerSecond);
    const held = buckets.get(id);
    if (held === undefined && buckets.size >= BUCKETS_AT_MOST) buckets.clear();
    const bucket = refilled(held ?? { tokens: burst, at: now }, ratePerSecond, burst, now);
    // Kept by mere questions too: after a clock that went back, it fills on from there.
    buckets.set(id, bucket);
    return bucket;
  }
  const wait = (bucket: TokenBucket, ratePerSecond: number): number =>
    Math.ceil(untilTokenMs(bucket.tokens, ratePerSecond) / 1000);

  return {
    take: (id, ratePerSecond) => {
      const bucket = filled(id, ratePerSecond);
      buckets.set(id, taken(bucket) ?? bucket);
      return wait(bucket, ratePerSecond);
    },
    waitOf: (id, ratePerSecond) => wait(filled(id, ratePerSecond), ratePerSecond),
  };
}

const burstOf = (ratePerSecond: number): number => Math.max(1, Math.ceil(ratePerSecond * 2));

/** What a refused client is told: when to come back, and what it may do (IETF RateLimit header fields). */
export const limitHeaders = (waitSeconds: number, ratePerSecond: number): Record<string, string> => ({
  'retry-after': String(waitSeconds),
  ratelimit: `"default";r=0;t=${waitSeconds}`,
  'ratelimit-policy': `"default";q=${burstOf(ratePerSecond)};w=2`,
});
