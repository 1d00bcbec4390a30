import { addsUp, type TaxDue } from '../../contracts/domain/tax.ts';
import type { DueFinding, DueState } from '../../contracts/domain/tax-state.ts';

/** A due as it is held; amounts are whole đồng. */
export interface HeldDue {
  readonly id: string;
  /** Names the notice among those of its dossier. */
  readonly decision: string;
  /** Its place in the notice. */
  readonly place: number;
  readonly due: number;
  readonly exempt: number;
  readonly paid: number;
  readonly remaining: number;
  /** The land user asked that it be recorded as a debt. */
  readonly deferred: boolean;
}

export interface DueJudgement {
  readonly id: string;
  /** What proofs of payment cover of it. */
  readonly proven: number;
  readonly state: DueState;
  readonly finding: DueFinding | null;
}

/**
 * How the dues of one notice stand: what its proofs amount to is laid to them in their order. A pure function of the
 * dues and of that sum, so that neither the order in which notice and proofs came nor how often they came matters. What
 * was paid by their word and what was proven may be the same money: the greater of both counts.
 */
export function judgeDues(dues: readonly HeldDue[], provenVnd: number): readonly DueJudgement[] {
  let left = provenVnd;
  const ordered = dues.toSorted((a, b) => a.place - b.place);
  return ordered.map((each, index) => {
    const owed = Math.max(0, each.due - each.exempt);
    const isLast = index === ordered.length - 1;
    const proven = isLast ? left : Math.min(left, owed);
    left -= proven;
    const remaining = remainingOf({ ...each, proven });
    return {
      id: each.id,
      proven,
      state: remaining === 0 ? 'paid' : each.deferred ? 'deferred' : 'open',
      finding: findingOf(each, proven, owed),
    };
  });
}

/** What is left to be paid of a due. */
export const remainingOf = ({
  due,
  exempt,
  paid,
  proven,
}: Pick<HeldDue, 'due' | 'exempt' | 'paid'> & { readonly proven: number }): number =>
  Math.max(0, due - exempt - Math.max(paid, proven));

function findingOf(each: HeldDue, proven: number, owed: number): DueFinding | null {
  const told: Pick<TaxDue, 'dueVnd' | 'exemptVnd' | 'paidVnd' | 'remainingVnd'> = {
    ...{ dueVnd: each.due, exemptVnd: each.exempt, paidVnd: each.paid, remainingVnd: each.remaining },
  };
  if (!addsUp(told)) return 'does-not-add-up';
  return Math.max(proven, each.paid) > owed ? 'paid-too-much' : null;
}
