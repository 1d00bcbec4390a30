/** A token bucket as a value: what was in it at a moment. Whoever keeps it writes the next one. */
export interface TokenBucket {
  readonly tokens: number;
  /** Steady ms. */
  readonly at: number;
}

/** The bucket as it is by now. A clock that goes back adds nothing, and it fills on from there. */
export function refilled(bucket: TokenBucket, ratePerSecond: number, burst: number, now: number): TokenBucket {
  const come = (Math.max(0, now - bucket.at) * ratePerSecond) / 1000;
  return { tokens: Math.min(burst, bucket.tokens + come), at: now };
}

/** One token less where there is a whole one, else undefined. */
export function taken(bucket: TokenBucket): TokenBucket | undefined {
  return bucket.tokens < 1 ? undefined : { ...bucket, tokens: bucket.tokens - 1 };
}

/** How long until there is a whole token; 0 where there is one. */
export function untilTokenMs(tokens: number, ratePerSecond: number): number {
  return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / ratePerSecond) * 1000);
}
