import type { DossierBreakKind } from '../../../contracts/domain/reconciliation.ts';
import type { DossierStatus } from '../../../contracts/domain/status.ts';

/** What is held of a dossier, and how far its way to the nation went. */
export interface HeldDossier {
  readonly status: DossierStatus;
  /** How its newest state stands with the portal; `none`: it was only recorded as being there. */
  readonly standing: string;
  /** Since when something of it waits to be shown, epoch milliseconds; null where nothing does. */
  readonly waitsSince: number | null;
}

/** What the portal answered for its code. */
export type Shown =
  | { readonly kind: 'absent' }
  /** Without a status, or with one that is the portal's own, its record proves no more than that it is there. */
  | { readonly kind: 'there'; readonly status: DossierStatus | undefined }
  /** It was asked and did not tell. */
  | { readonly kind: 'unanswered' };

export type Verdict = 'agrees' | 'under-way' | 'unclear' | 'unanswered' | DossierBreakKind;

export interface Judged {
  readonly verdict: Verdict;
  readonly why: string;
}

/** What still goes on its way may take this long before it stands on a list, milliseconds. */
export const LATE_AFTER_MS = 60 * 60_000;

const ON_ITS_WAY: ReadonlySet<string> = new Set(['pending', 'sending', 'retrying']);
const THERE: ReadonlySet<string> = new Set(['delivered', 'none']);

/** What is on its way is not compared: what the portal shows of it is about to change. */
export const isOnItsWay = ({ standing }: Pick<HeldDossier, 'standing'>): boolean => ON_ITS_WAY.has(standing);

/** What is judged without asking: it is on its way, in time or late. */
export function onItsWay({ waitsSince, standing }: HeldDossier, now: number): Judged {
  const minutes = waitsSince === null ? 0 : Math.floor((now - waitsSince) / 60_000);
  return waitsSince !== null && now - waitsSince > LATE_AFTER_MS
    ? { verdict: 'late', why: `has waited for ${minutes} minutes to be shown (${standing})` }
    : { verdict: 'under-way', why: 'is on its way' };
}

/** Holds what is held against what the portal shows. */
export function judge(held: HeldDossier, shown: Shown): Judged {
  if (shown.kind === 'unanswered') return { verdict: 'unanswered', why: 'the portal did not tell' };
  const isThere = THERE.has(held.standing);
  if (shown.kind === 'absent')
    return isThere
      ? { verdict: 'missing-nationally', why: 'was delivered, and the portal does not know it' }
      : { verdict: 'unknown-nationally', why: `never arrived (${held.standing}), and the portal does not know it` };
  if (shown.status === undefined)
    return { verdict: 'unclear', why: 'the portal has it and shows no status that can be compared' };
  if (shown.status !== held.status)
    return { verdict: 'stage', why: `is ${held.status} here, and the portal shows ${shown.status}` };
  return isThere
    ? { verdict: 'agrees', why: 'is shown as it is held' }
    : { verdict: 'late', why: `is shown, but its newest state did not arrive (${held.standing})` };
}
