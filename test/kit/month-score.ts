import type { Entry } from '../../mocks/statements/entry.ts';
import type { Month } from '../../mocks/statements/month.ts';
import type { Plant } from '../../mocks/statements/plant.ts';
import { statementsOf } from '../../mocks/statements/statement.ts';

/** What one day's run says, as the contract shows it. */
export interface SeenDay {
  readonly matches: readonly {
    readonly rule: string;
    readonly status: string;
    readonly payments: readonly string[];
    readonly lines: readonly { readonly number: number }[];
  }[];
  readonly breaks: readonly {
    readonly kind: string;
    readonly payment: string | null;
    readonly line: { readonly number: number } | null;
  }[];
}

/** How right a month's runs were. Lists are what is wrong: all empty is what is wanted. */
export interface MonthScore {
  /** Pairs and groups that were taken without a person. */
  readonly automatic: number;
  readonly wrong: readonly { readonly rule: string; readonly line: number; readonly payment: string }[];
  readonly planted: number;
  /** Faults that stand on no break and no proposal of a kind that is allowed for them. */
  readonly missed: readonly { readonly plant: Plant; readonly seen: readonly (readonly string[])[] }[];
  readonly innocent: number;
  /** Payments that nothing was planted at and that are not simply matched. */
  readonly broken: readonly { readonly reference: string; readonly seen: readonly string[] }[];
  /** Entries of the file that stand on neither. */
  readonly unseen: readonly number[];
}

/** The entries of the month's one file by their ordinal: it holds account after account. */
export const entriesByOrdinal = (month: Month): ReadonlyMap<number, Entry> =>
  new Map(
    statementsOf(month.ledger, { from: month.from, to: month.to })
      .flatMap(({ lines }) => lines)
      .map((entry, at) => [at + 1, entry]),
  );

const idOf = (reference: string): string => `pay_${reference}`;

/** Holds what the runs of all its days found against what was planted. Payments have the ids that `paidMonth` gives. */
export function scoreMonth(month: Month, days: readonly SeenDay[]): MonthScore {
  const entryAt = entriesByOrdinal(month);
  const seen = new Map<string, Set<string>>();
  const lines = new Map<number, Set<string>>();
  const note = <Key>(at: Map<Key, Set<string>>, key: Key, what: string): void => {
    at.set(key, (at.get(key) ?? new Set()).add(what));
  };
  const wrong: { rule: string; line: number; payment: string }[] = [];
  const groups = new Set<string>();
  for (const { matches, breaks } of days) {
    for (const match of matches) {
      const isProposal = match.status === 'proposed';
      for (const payment of match.payments) note(seen, payment, isProposal ? 'proposal' : 'match');
      if (isProposal) continue;
      groups.add(`${match.lines.map(({ number }) => number).join()}|${match.payments.join()}`);
      for (const { number } of match.lines) {
        note(lines, number, 'match');
        for (const payment of match.payments)
          if (!entryAt.get(number)?.payments.some((reference) => idOf(reference) === payment))
            wrong.push({ rule: match.rule, line: number, payment });
      }
    }
    for (const each of breaks) {
      if (each.payment !== null) note(seen, each.payment, each.kind);
      if (each.line !== null) note(lines, each.line.number, each.kind);
    }
  }
  const seenOf = (reference: string): readonly string[] => [...(seen.get(idOf(reference)) ?? [])];
  const isFound = ({ kind, payments, entries, allowed }: Plant): boolean => {
    if (kind === 'unknown')
      return [...lines].some(
        ([number, whats]) => whats.has('missing-ours') && entries.includes(entryAt.get(number)?.id ?? ''),
      );
    return payments.every((payment) => seenOf(payment).some((what) => (allowed as readonly string[]).includes(what)));
  };
  const struck = new Set(month.plants.flatMap(({ payments }) => payments));
  const innocent = month.payments.filter(({ reference }) => !struck.has(reference));
  return {
    ...{ automatic: groups.size, wrong, planted: month.plants.length, innocent: innocent.length },
    missed: month.plants
      .filter((plant) => !isFound(plant))
      .map((plant) => ({ plant, seen: plant.payments.map(seenOf) })),
    broken: innocent
      .map(({ reference }) => ({ reference, seen: seenOf(reference) }))
      .filter((each) => each.seen.join() !== 'match'),
    unseen: [...entryAt.keys()].filter((number) => !lines.has(number)),
  };
}
