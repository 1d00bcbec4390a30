import type { OurFact, TheirLine } from './entry.ts';
import { keptOf, type Rule, rulesFor } from './rules.ts';
import { daysBetween } from './time.ts';

export interface NetOfFee {
  readonly rule: string;
  readonly line: TheirLine;
  readonly fact: OurFact;
  readonly kept: number;
  /** Đồng that the line has too much, once the fee is added; negative: too little. */
  readonly off: number;
}

/**
 * The one pair that a rule makes of lines that name a payment and its recorded money, the first rule first; none where
 * lines or money of different amounts fit one another, because which of them is meant would be a guess.
 */
export function netOfFee(
  rules: readonly Rule[],
  lines: readonly TheirLine[],
  facts: readonly OurFact[],
): NetOfFee | undefined {
  const fits = lines.flatMap((line) => {
    const inForce = rulesFor(rules, 'net-of-fee', line);
    return facts.flatMap((fact): readonly (NetOfFee & { readonly at: number })[] => {
      for (const rule of inForce) {
        const kept = keptOf(rule.fee, [fact.amount], line);
        if (kept === undefined || line.amount === null) continue;
        const off = line.amount + kept - fact.amount;
        const apart = Math.abs(daysBetween(fact.day, line.day));
        if (Math.abs(off) <= rule.toleranceVnd && (rule.windowDays === null || apart <= rule.windowDays))
          return [{ rule: rule.name, line, fact, kept, off, at: rules.indexOf(rule) }];
      }
      return [];
    });
  });
  const isOne = new Set(fits.map(({ line, fact }) => `${line.amount}|${line.fee}|${fact.amount}`)).size === 1;
  return isOne ? fits.sort((one, other) => one.at - other.at)[0] : undefined;
}
