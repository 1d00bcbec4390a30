/** What happened, counted. A test compares these with what it asked for. */
export interface Counters {
  requests: number;
  logins: number;
  loginsRefused: number;
  sessionsExpired: number;
  /** Answered calls of each service, refused ones included. */
  calls: Record<string, number>;
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
  /** Records or calls answered with a business "no". */
  refusals: number;
  /** A new dossier refused because it exists. */
  alreadyExisting: number;
  /** An update or a progress row refused because the dossier is not held. */
  missing: number;
  violations: number;
  /** Two requests that change one dossier were open at the same time. */
  overlaps: number;
  /** A request for a dossier came while an effect of an earlier one was still outstanding. */
  duringLate: number;
  /** A snapshot was applied whose version marker is lower than one applied before. */
  olderAfterNewer: number;
  /** The same version marker came with other content. */
  versionConflicts: number;
  lateEffects: number;
  openNow: number;
  openMost: number;
}

export function freshCounters(): Counters {
  return {
    requests: 0,
    logins: 0,
    loginsRefused: 0,
    sessionsExpired: 0,
    calls: {},
    creates: 0,
    updates: 0,
    repeats: 0,
    progressRows: 0,
    progressRepeats: 0,
    progressOutOfOrder: 0,
    statusSyncs: 0,
    lookups: 0,
    refusals: 0,
    alreadyExisting: 0,
    missing: 0,
    violations: 0,
    overlaps: 0,
    duringLate: 0,
    olderAfterNewer: 0,
    versionConflicts: 0,
    lateEffects: 0,
    openNow: 0,
    openMost: 0,
  };
}
