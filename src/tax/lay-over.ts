import type { TaxDue } from '../../contracts/domain/tax.ts';
import { type DueJudgement, type HeldDue, judgeDues } from './judge-dues.ts';
import type { DueRow, MovedDue } from './statements.ts';

/** A due as somebody told it now. */
export interface ToldDue {
  readonly due: TaxDue;
  /** The land user asked that land-use money be recorded as a debt. */
  readonly deferred: boolean;
}
export interface MadeDue extends DueJudgement {
  readonly decision: string;
  readonly place: number;
  readonly due: TaxDue;
}
/** What is written over what was held. */
export interface Laid {
  readonly made: readonly MadeDue[];
  readonly moved: readonly MovedDue[];
}

/**
 * What was told of one notice over what is held of it: told otherwise, it takes the place of what was told before; the
 * same again changes nothing but what proofs have covered since. `told` is undefined where only a proof came.
 */
export function layOver(
  decision: string,
  held: readonly DueRow[],
  told: readonly ToldDue[] | undefined,
  provenVnd: number,
  newId: () => string,
): Laid {
  if (told === undefined || isSame(held, told)) return { made: [], moved: coveredNow(held, provenVnd) };
  const made = told.map(({ due, deferred }, place) => ({
    ...{ id: newId(), decision, place, due },
    deferred: isDeferred(due, deferred),
  }));
  const judged = judgeDues(
    made.map(({ id, place, due, deferred }) => ({ id, decision, place, deferred, ...amountsOf(due) })),
    provenVnd,
  );
  return {
    made: made.flatMap(({ deferred: _deferred, ...each }) => {
      const stands = judged.find(({ id }) => id === each.id);
      return stands === undefined ? [] : [{ ...each, ...stands }];
    }),
    moved: held.map((row) => ({
      ...{ id: row.id, from: row.state, state: 'replaced', proven: row.proven, finding: row.finding },
      replacedBy: made[0]?.id ?? null,
    })),
  };
}

export const amountsOf = (due: TaxDue): Pick<HeldDue, 'due' | 'exempt' | 'paid' | 'remaining'> => ({
  ...{ due: due.dueVnd, exempt: due.exemptVnd, paid: due.paidVnd, remaining: due.remainingVnd },
});

/** Only land-use money may be owed as a debt (DK_GHINO_NVTC). */
const isDeferred = ({ kind }: TaxDue, deferred: boolean): boolean => deferred && kind === 'land-use';

function coveredNow(held: readonly DueRow[], provenVnd: number): readonly MovedDue[] {
  const judged = judgeDues(
    held.map((row) => ({ ...row, deferred: row.state === 'deferred' })),
    provenVnd,
  );
  return judged.flatMap((stands) => {
    const row = held.find(({ id }) => id === stands.id);
    if (row === undefined || (row.state === stands.state && row.proven === stands.proven)) return [];
    return [{ ...stands, from: row.state, replacedBy: null }];
  });
}

function isSame(held: readonly DueRow[], told: readonly ToldDue[]): boolean {
  return (
    held.length === told.length &&
    told.every(({ due, deferred }, place) => {
      const row = held.find((one) => one.place === place);
      return (
        row !== undefined &&
        row.kind === due.kind &&
        row.chapter === due.chapter &&
        row.sub_item === due.subItem &&
        row.treasury_code === due.treasury.code &&
        row.treasury_account === due.treasury.account &&
        row.due_date === due.dueDate &&
        Object.entries(amountsOf(due)).every(([name, amount]) => row[name as keyof DueRow] === amount) &&
        (row.state === 'paid' || (row.state === 'deferred') === isDeferred(due, deferred))
      );
    })
  );
}
