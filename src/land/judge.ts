import type { LandState } from '../../contracts/domain/land-state.ts';

/** What is known of a dossier at the land system. */
export interface LandStanding {
  readonly state: LandState;
  /** Epoch milliseconds of what it stands by; 0 before they said anything. */
  readonly saidMs: number;
  readonly returnedAsWrong: number;
  readonly redone: number;
}
/** A word of theirs, or an act of ours that they took. */
export interface LandWord {
  /** Where it leads to; null where it says nothing of that. */
  readonly state: LandState | null;
  readonly saidMs: number;
  /** What it moves whatever the times. */
  readonly always?: readonly LandState[];
  /** All that it moves; without it, everything. */
  readonly only?: readonly LandState[];
}

/**
 * How it stands after a word. Words come out of order: one that is older than what it stands by moves nothing, though the
 * loops that it tells of count. A word of the same moment does move, since theirs have whole seconds. What stands as
 * returned as wrong is not returned once more by whatever repeats it: another loop begins after another step.
 */
export function afterWord(standing: LandStanding, { state, saidMs, always, only }: LandWord): LandStanding {
  const begins = state === 'returned-as-wrong' && standing.state !== 'returned-as-wrong';
  const counted = {
    ...standing,
    returnedAsWrong: standing.returnedAsWrong + (begins ? 1 : 0),
    redone: standing.redone + (state === 'redoing' ? 1 : 0),
  };
  const isLate = saidMs < standing.saidMs && always?.includes(standing.state) !== true;
  if (state === null || isLate || only?.includes(standing.state) === false) return counted;
  return { ...counted, state, saidMs: Math.max(saidMs, standing.saidMs) };
}

export const UNKNOWN: LandStanding = { state: 'sending', saidMs: 0, returnedAsWrong: 0, redone: 0 };
