import type { TaxDue } from '../../contracts/domain/tax.ts';
import { type DueJudgement, type HeldDue, judgeDues } from './judge-dues.ts';
import type { DueRow, MovedDue } from './statements.ts';

/** A due as somebody told it now. */
export interface ToldDue {
  readonly due: TaxDue;
  /** A keyed digest of what is sealed of it. */
  readonly said: string;
  /** The land user asked that land-use money be recorded as a debt. */
  readonly deferred: boolean;
}
export interface MadeDue extends DueJudgement, ToldDue {
  readonly decision: string;
  readonly place: number;
}
/** What is written over what was held. */
export interface Laid {
  readonly made: readonly MadeDue[];
  readonly moved: readonly MovedDue[];
}

/**
 * What was told of one notice over all that is held of it: told otherwise, it takes the place of what was told before; the
 * same again changes nothing but what proofs have covered since. `told` is undefined where only a proof came.
 */
export function layOver(
  decision: string,
  held: readonly DueRow[],
  told: readonly ToldDue[] | undefined,
  provenVnd: number,
  newId: () => string,
): Laid {
  const present = held.filter(({ state }) => state !== 'replaced');
  if (told === undefined || isSame(present, told)) return { made: [], moved: coveredNow(present, provenVnd) };
  const again = wasReplaced(held, told);
  const made = told.map(({ due, said, deferred }, place) => ({
    ...{ id: newId(), decision, place, due, said },
    deferred: isDeferred(due, deferred),
  }));
  const judged = judgeDues(
    made.map(({ id, place, due, deferred }) => ({ id, decision, place, deferred, ...amountsOf(due) })),
    provenVnd,
  );
  return {
    made: made.flatMap((each) => {
      const stands = judged.find(({ id }) => id === each.id);
      if (stands === undefined) return [];
      return [{ ...each, ...stands, finding: stands.finding ?? (again ? ('told-before' as const) : null) }];
    }),
    moved: present.map((row) => ({
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

function coveredNow(present: readonly DueRow[], provenVnd: number): readonly MovedDue[] {
  const judged = judgeDues(
    present.map((row) => ({ ...row, deferred: row.deferred === 1 })),
    provenVnd,
  );
  return judged.flatMap((stands) => {
    const row = present.find(({ id }) => id === stands.id);
    if (row === undefined || (row.state === stands.state && row.proven === stands.proven)) return [];
    return [{ ...stands, finding: stands.finding ?? keptFinding(row), from: row.state, replacedBy: null }];
  });
}

/** What no judging of amounts takes away. */
const keptFinding = ({ finding }: DueRow): 'told-before' | null => (finding === 'told-before' ? finding : null);

function isSame(present: readonly DueRow[], told: readonly ToldDue[]): boolean {
  return (
    present.length === told.length &&
    told.every((each, place) => {
      const row = present.find((one) => one.place === place);
      return (
        row !== undefined && saysTheSame(row, each) && (row.deferred === 1) === isDeferred(each.due, each.deferred)
      );
    })
  );
}

const saysTheSame = (row: DueRow, { due, said }: ToldDue): boolean =>
  row.said === said &&
  row.kind === due.kind &&
  row.chapter === due.chapter &&
  row.sub_item === due.subItem &&
  row.treasury_code === due.treasury.code &&
  row.treasury_account === due.treasury.account &&
  row.due_date === due.dueDate &&
  Object.entries(amountsOf(due)).every(([name, amount]) => row[name as keyof DueRow] === amount);

/** Another took the place of the very same before: a correction back, or an old message once more. Nobody can tell. */
const wasReplaced = (held: readonly DueRow[], told: readonly ToldDue[]): boolean =>
  told.every((each, place) =>
    held.some((row) => row.state === 'replaced' && row.place === place && saysTheSame(row, each)),
  );
