import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Month, makeMonth } from '../../../mocks/statements/month.ts';
import type { OurFact, OurPayment, TheirLine } from './entry.ts';
import { match } from './match.ts';
import { BUILT_IN } from './rules.ts';

const dayOf = (ms: number): string => new Date(ms + 7 * 3_600_000).toISOString().slice(0, 10);

/** The month as the bank's side of a run would be asked, all at once. */
function asked(month: Month) {
  const facts = month.payments.map(
    ({ reference, amountVnd, paidAt }): OurFact => ({
      ...{ fact: `f-${reference}`, payment: reference, amount: amountVnd, day: dayOf(paidAt) },
    }),
  );
  const payments = month.payments.map(
    ({ reference, dossierCode, amountVnd, account, channel }): OurPayment => ({
      ...{
        payment: reference,
        reference,
        dossier: dossierCode,
        amount: amountVnd,
        account,
        channel,
        state: 'paid',
        tied: 0,
        returned: 0,
      },
    }),
  );
  const lines = month.ledger.entries.map(
    (entry, at): TheirLine => ({
      ...{
        statement: 's',
        number: at + 1,
        side: 'bank',
        account: entry.account,
        currency: entry.currency,
        day: entry.bookedOn,
      },
      ...{ time: null, direction: entry.direction, documentNumber: entry.documentNumber, narrative: entry.narrative },
      ...{ amount: entry.currency === 'VND' ? entry.amount : null, otherAmount: null, fee: null, status: null },
      reversal: entry.kind === 'reversal',
    }),
  );
  return { side: 'bank' as const, rules: BUILT_IN, facts, payments, lines };
}

describe('a month of a bank with faults planted', () => {
  it.each([1, 2, 3])('every pair is right, every fault is found, no innocent pair is broken (seed %i)', (seed) => {
    const month = makeMonth({ seed, payments: 6_000, units: 6, faults: 0.04 });
    const { ties, breaks, left } = match(asked(month));
    const entryOf = (line: TheirLine) => month.ledger.entries[line.number - 1];
    const taken = ties.filter(({ status }) => status !== 'proposed');

    // I5: every line once, every fact once.
    const lines = [...taken.flatMap((tie) => tie.lines), ...breaks.flatMap(({ line }) => line ?? [])].map(
      ({ number }) => number,
    );
    expect([lines.length, new Set(lines).size]).toEqual([month.ledger.entries.length, month.ledger.entries.length]);
    const facts = [
      ...taken.flatMap((tie) => tie.facts),
      ...breaks.flatMap(({ fact }) => fact ?? []),
      ...left.map(({ fact }) => fact),
    ].map(({ fact }) => fact);
    expect([facts.length, new Set(facts).size]).toEqual([month.payments.length, month.payments.length]);

    // A wrong pair is worse than none.
    const wrong = taken.filter(({ facts: some, lines: of }) =>
      of.some((line) => some.some(({ payment }) => !entryOf(line)?.payments.includes(payment))),
    );
    expect(wrong).toEqual([]);

    const struck = new Set(month.plants.flatMap(({ payments }) => payments));
    const found = new Map<string, Set<string>>();
    const note = (payment: string, what: string) => found.set(payment, (found.get(payment) ?? new Set()).add(what));
    for (const { facts: some, status } of ties)
      for (const { payment } of some) note(payment, status === 'proposed' ? 'proposal' : 'match');
    for (const { payment, kind, fact } of breaks)
      if (payment !== null || fact !== null) note(payment?.payment ?? fact?.payment ?? '', kind);
    for (const { fact } of left) note(fact.payment, 'missing-theirs');
    const innocent = month.payments.filter(({ reference }) => !struck.has(reference));
    expect(
      innocent
        .filter(({ reference }) => [...(found.get(reference) ?? [])].join() !== 'match')
        .map(({ reference }) => [reference, [...(found.get(reference) ?? [])]]),
    ).toEqual([]);

    const missed = month.plants.filter(({ kind, payments, entries, allowed }) => {
      if (kind === 'mangled' || kind === 'delayed') return false;
      if (kind === 'unknown')
        return !breaks.some(
          ({ line, kind: is }) => line !== null && is === 'missing-ours' && entries.includes(entryOf(line)?.id ?? ''),
        );
      return !payments.every((payment) =>
        [...(found.get(payment) ?? [])].some((each) => (allowed as readonly string[]).includes(each)),
      );
    });
    expect(
      missed.map(({ kind, payments, change }) => [
        kind,
        change,
        payments.map((payment) => [...(found.get(payment) ?? [])]),
      ]),
    ).toEqual([]);
  });

  it('comes to the same in whatever order lines and facts are given', () => {
    const given = asked(makeMonth({ seed: 5, payments: 150, units: 2, faults: 0.3 }));
    const told = (result: ReturnType<typeof match>) =>
      JSON.stringify([
        result.ties
          .map((tie) => [tie.rule, tie.facts.map(({ fact }) => fact), tie.lines.map(({ number }) => number)].join())
          .sort(),
        result.breaks
          .map(({ kind, line, fact, candidates }) =>
            [kind, line?.number, fact?.fact, candidates.map(({ payment }) => payment)].join(),
          )
          .sort(),
        result.left
          .map(({ fact, candidates }) => [fact.fact, candidates.map(({ line }) => line?.number)].join())
          .sort(),
      ]);
    const expected = told(match(given));
    const shuffled = <Item>(items: readonly Item[]) => fc.shuffledSubarray([...items], { minLength: items.length });
    fc.assert(
      fc.property(shuffled(given.lines), shuffled(given.facts), shuffled(given.payments), (lines, facts, payments) => {
        expect(told(match({ ...given, lines, facts, payments }))).toBe(expected);
      }),
      { numRuns: 20 },
    );
  });
});
