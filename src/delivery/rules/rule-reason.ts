import type { NotSent } from '../../../adapters/adapter.ts';

/**
 * The reason that patience, pacing and breaker go by; what is shown is the reason itself. To them, whatever kept a login
 * from succeeding is one thing: nothing of it is repeated at once, because accounts get locked, none of it speaks of the
 * lane's pace or of one item, and a refusal that was only heard of is counted where it was given.
 */
export function ruleReason({ reason, during, heard }: Omit<NotSent, 'kind'>): NotSent['reason'] {
  return during === 'login' || heard === true ? 'login-failed' : reason;
}
