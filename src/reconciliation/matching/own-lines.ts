import type { TheirLine } from './entry.ts';
import { hasWords, type Rule, rulesFor } from './rules.ts';

/** Which rule makes a line the other side's own; undefined: it is somebody's money. */
export function ownLine(
  rules: readonly Rule[],
  line: TheirLine,
): { readonly rule: string; readonly why: string } | undefined {
  if (line.amount === 0) return { rule: 'nothing-moved', why: 'an entry of nothing' };
  // Whatever of the two a rule names has to be there: a number alone may be anybody's.
  const own = rulesFor(rules, 'own-line', line).find(
    ({ direction, prefixes, words }) =>
      direction === line.direction &&
      (prefixes.length === 0 || prefixes.some((prefix) => line.documentNumber?.startsWith(prefix) === true)) &&
      (words.length === 0 || hasWords(line.narrative, words)),
  );
  return own && { rule: own.name, why: WHY[own.name] ?? `pays nobody’s due, by the rule ${own.name}` };
}

const WHY: Readonly<Record<string, string>> = {
  'bank-fee': 'a fee that the bank took',
  'bank-interest': 'interest that the bank paid',
};
