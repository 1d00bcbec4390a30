import type { Platform } from '../platform.ts';
import { refilled, type TokenBucket, taken, untilTokenMs } from '../token-bucket.ts';

/**
 * Whose bucket it is. Each kind has a memory of its own: however many addresses ask, no principal's bucket is lost.
 * `public` and `peer`: requests without a principal; `unknown`: requests without a credential, or of no route;
 * `guess`: credentials that are asked about.
 */
export type LimitKind = 'principal' | 'public' | 'peer' | 'unknown' | 'guess';

/**
 * Token buckets in this process's memory, one a principal (or network): `ratePerSecond` on average, two seconds' worth
 * at once. It protects the process from a client that runs away; fairness among national systems is the lanes' work.
 */
export interface RateLimiter {
  /** 0 when the request may go on, else the seconds to wait. */
  take(kind: LimitKind, who: string, ratePerSecond: number): number;
  /** What was taken is put back, never beyond two seconds' worth. */
  giveBack(kind: LimitKind, who: string, ratePerSecond: number): void;
}

/**
 * Buckets of a kind. Beyond that the one that was asked for the longest ago is forgotten, and no other: after two
 * seconds it was full again, as a new one is.
 */
export const BUCKETS_AT_MOST = 20_000;

export function createRateLimiter(platform: Platform): RateLimiter {
  const kinds: Record<LimitKind, Map<string, TokenBucket>> = {
    principal: new Map(),
    public: new Map(),
    peer: new Map(),
    unknown: new Map(),
    guess: new Map(),
  };

  /** What is asked for lies last. */
  function keep(buckets: Map<string, TokenBucket>, who: string, bucket: TokenBucket): void {
    buckets.delete(who);
    buckets.set(who, bucket);
    if (buckets.size <= BUCKETS_AT_MOST) return;
    for (const oldest of buckets.keys()) {
      buckets.delete(oldest);
      break;
    }
  }

  return {
    take: (kind, who, ratePerSecond) => {
      const buckets = kinds[kind];
      const now = platform.steady();
      const burst = burstOf(ratePerSecond);
      const bucket = refilled(buckets.get(who) ?? { tokens: burst, at: now }, ratePerSecond, burst, now);
      keep(buckets, who, taken(bucket) ?? bucket);
      return Math.ceil(untilTokenMs(bucket.tokens, ratePerSecond) / 1000);
    },
    giveBack: (kind, who, ratePerSecond) => {
      const buckets = kinds[kind];
      const held = buckets.get(who);
      // One that is forgotten is full.
      if (held !== undefined) buckets.set(who, { ...held, tokens: Math.min(burstOf(ratePerSecond), held.tokens + 1) });
    },
  };
}

const burstOf = (ratePerSecond: number): number => Math.max(1, Math.ceil(ratePerSecond * 2));

/** What a refused client is told: when to come back, and what it may do (IETF RateLimit header fields). */
export const limitHeaders = (waitSeconds: number, ratePerSecond: number): Record<string, string> => ({
  'retry-after': String(waitSeconds),
  ratelimit: `"default";r=0;t=${waitSeconds}`,
  'ratelimit-policy': `"default";q=${burstOf(ratePerSecond)};w=2`,
});
