import type { TheirLine } from './entry.ts';

/**
 * Lines whose transaction a later round tells again with another status: of them the last word counts, and they are not
 * held against anything. Files count in the order in which they were taken; without a number of its transaction a line
 * cannot be told again.
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
    const last = some.reduce((latest, { statement }) => (statement > latest ? statement : latest), '');
    const words = new Set(some.flatMap(({ statement, status }) => (statement === last ? [status] : [])));
    for (const line of some) if (line.statement !== last && !words.has(line.status)) over.add(line);
  }
  return over;
}
