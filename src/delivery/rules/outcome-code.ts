import type { Outcome } from '../../../adapters/adapter.ts';

/** The code that an outcome is kept, shown and counted under; never their words. Null where the kind says it all. */
export function codeOf(outcome: Outcome): string | null {
  switch (outcome.kind) {
    case 'rejected':
      return outcome.code;
    case 'not-sent':
    case 'unknown':
      return outcome.reason;
    case 'drift':
      return outcome.path;
    default:
      return null;
  }
}
