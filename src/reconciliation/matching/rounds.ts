import type { TheirLine } from './entry.ts';

/**
 * Lines whose transaction a later round tells again with another status: of them the last word counts, and they are not
 * held against anything. Files count in the order in which they were taken, and one that says again what an earlier one
 * said counts for it; without a number of its transaction a line cannot be told again.
 */
export function saidAgain(lines: readonly TheirLine[]): ReadonlySet<TheirLine> {
  const over = new Set<TheirLine>();
  const transactions = Map.groupBy(
    lines,
    ({ account, day, documentNumber, currency, amount, otherAmount, direction }) =>
      documentNumber === null
        ? ''
        : JSON.stringify([account, day, documentNumber, currency, amount, otherAmount, direction]),
  );
  for (const [transaction, some] of transactions) {
    if (transaction === '') continue;
    const last = some.reduce((latest, line) => (isLater(line, latest) ? line : latest));
    const isLast = (line: TheirLine): boolean => !isLater(last, line);
    const words = new Set(some.filter(isLast).map(({ status }) => status));
    for (const line of some) if (!isLast(line) && !words.has(line.status)) over.add(line);
  }
  return over;
}

const isLater = (one: TheirLine, other: TheirLine): boolean => {
  const [first, second] = [one.toldAt ?? 0, other.toldAt ?? 0];
  return first === second ? one.statement > other.statement : first > second;
};
