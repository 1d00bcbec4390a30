/** What of a held dossier decides whether a snapshot may replace it. */
export interface Held {
  readonly revision: number | null;
  /** Epoch milliseconds of the held snapshot's `updatedAt`. */
  readonly updatedAt: number;
  /** Its digits beyond the milliseconds (`beyondMs`); null where they were not kept: any may have stood there. */
  readonly updatedBeyond: string | null;
  readonly contentMac: string;
  /** Its last delivery ended rejected or cancelled, or the province was asked to hand it over once more. */
  readonly sendAgain: boolean;
  /** It was withdrawn since: the same under a newer order takes that back. */
  readonly withdrawn: boolean;
}
export interface Offered {
  readonly revision: number | null;
  readonly updatedAt: number;
  readonly updatedBeyond: string;
  readonly contentMac: string;
}

export type Judgement =
  | 'accept'
  /** The same content: nothing is sent. */
  | 'unchanged'
  /** The same content under a newer revision: the revision is raised and nothing is sent. */
  | 'raise-revision'
  /** The same content, but its last delivery ended rejected or cancelled, or it was asked for: it is sent again. */
  | 'resend'
  | 'revision-required'
  | 'stale-revision'
  | 'conflicting-revision';

/**
 * Order is judged before content: an older snapshot is stale even when it says the same. A dossier that was ever
 * ordered by revision stays so; until then `updatedAt` orders it.
 */
export function judge(held: Held | undefined, offered: Offered): Judgement {
  if (held === undefined) return 'accept';
  if (held.revision !== null && offered.revision === null) return 'revision-required';
  const order =
    held.revision !== null && offered.revision !== null ? offered.revision - held.revision : later(held, offered);
  if (order < 0) return 'stale-revision';
  const same = offered.contentMac === held.contentMac;
  if (!same) return order === 0 ? 'conflicting-revision' : 'accept';
  if (held.sendAgain) return 'resend';
  if (held.withdrawn && order > 0) return 'accept';
  return order > 0 || held.revision !== offered.revision ? 'raise-revision' : 'unchanged';
}

/** Above 0 where the offered time is the later one, by every digit that was given. */
function later(held: Held, offered: Offered): number {
  if (offered.updatedAt !== held.updatedAt) return offered.updatedAt - held.updatedAt;
  if (held.updatedBeyond === null || offered.updatedBeyond === held.updatedBeyond) return 0;
  return offered.updatedBeyond > held.updatedBeyond ? 1 : -1;
}
