import type { QueryAnswer } from '../delivery/sending/query.ts';
import { type Problem, problem } from './problem.ts';

type Unanswered = 'system-not-configured' | 'system-unavailable' | 'system-failed' | 'rejected-by-system';

/** What a caller is told when a national system was to be asked and gave no result. Never their words. */
export function unanswered(answer: QueryAnswer): Problem<Unanswered> {
  switch (answer.kind) {
    case 'not-configured':
      return problem('system-not-configured');
    case 'held':
      return problem('system-unavailable', {
        more: { why: answer.why },
        headers: { 'retry-after': String(Math.max(1, Math.ceil((answer.retryAfterMs ?? 30_000) / 1000))) },
      });
    case 'not-sent':
      return problem('system-unavailable', {
        more: { why: answer.reason },
        headers: { 'retry-after': String(Math.max(1, Math.ceil((answer.retryAfterMs ?? 10_000) / 1000))) },
      });
    case 'rejected':
      return problem('rejected-by-system', { more: { systemCode: answer.code } });
    case 'unknown':
      return problem('system-failed', { more: { why: answer.reason } });
    default:
      return problem('system-failed', { more: { why: answer.kind } });
  }
}
