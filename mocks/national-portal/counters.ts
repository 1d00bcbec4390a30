import { type CommonCounters, commonCounters } from '../kit/simulation.ts';

/** What happened, counted. A test compares these with what it asked for. */
export interface Counters extends CommonCounters {
  creates: number;
  updates: number;
  /** An update whose content was what the portal already held. */
  repeats: number;
  progressRows: number;
  progressRepeats: number;
  /** A progress row whose time lies before the row it followed. */
  progressOutOfOrder: number;
  statusSyncs: number;
  lookups: number;
  /** A new dossier refused because it exists. */
  alreadyExisting: number;
  /** An update or a progress row refused because the dossier is not held. */
  missing: number;
  violations: number;
  /** A snapshot was applied whose version marker is lower than one applied before. */
  olderAfterNewer: number;
  /** The same version marker came with other content. */
  versionConflicts: number;
}

export function freshCounters(): Counters {
  return {
    ...commonCounters(),
    creates: 0,
    updates: 0,
    repeats: 0,
    progressRows: 0,
    progressRepeats: 0,
    progressOutOfOrder: 0,
    statusSyncs: 0,
    lookups: 0,
    alreadyExisting: 0,
    missing: 0,
    violations: 0,
    olderAfterNewer: 0,
    versionConflicts: 0,
  };
}
