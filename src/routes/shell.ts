import type { Context } from 'hono';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Platform } from '../platform.ts';
import type { Authenticator } from '../principal.ts';
import type { Idempotency } from './idempotency.ts';
import type { RateLimiter } from './rate-limit.ts';

/** What every route stands on. */
export interface Shell {
  readonly platform: Platform;
  readonly authenticator: Authenticator;
  readonly idempotency: Idempotency;
  readonly limiter: RateLimiter;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly nextRequestId: () => string;
  /** Every configured system is a simulator: test keys work. */
  readonly simulators: boolean;
  /** In tests: an answer outside its contract is a 500. */
  readonly checkAnswers: boolean;
}

/** What the runtime tells of a request beside itself. */
export interface AppEnv {
  /** The client's address after trusted proxies. */
  readonly remoteAddress?: string;
  /** A request header by its lower-case name, where the runtime has a quicker way than `Headers`. */
  header?(name: string): string | undefined;
}
export type AppContext = Context<{ Bindings: AppEnv }>;
