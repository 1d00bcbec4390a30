import type { Principal } from '../principal.ts';

/**
 * Whether `approver` may approve what `proposer` (a principal's id) asked for: a person, and not the same one.
 * Programs and shared keys never approve, because nobody could be asked why.
 */
export function maySecond(approver: Principal, proposer: string): boolean {
  return approver.kind === 'person' && approver.id !== proposer;
}
