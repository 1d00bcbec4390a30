import { workingDayBefore } from '../../../contracts/domain/working-days.ts';
import type { OurFact, OurPayment, TheirLine } from './entry.ts';
import { hasWords, keptOf, type Rule, type RuleOf, rulesFor } from './rules.ts';
import { dayBefore } from './time.ts';

/** All that a channel took for an account on a day or over days of rest. */
interface Bundle {
  readonly rule: RuleOf<'bundled-credit'>;
  readonly from: string;
  readonly to: string;
  readonly facts: readonly OurFact[];
  readonly sum: number;
  /** Undefined where the line does not say what it should. */
  readonly kept: number | undefined;
}

/** A credit that a rule calls a bundle. */
export interface BundleLine {
  readonly line: TheirLine;
  /** What it surely is; null: nothing, or more than one set of payments, or another line's as well. */
  readonly is: Bundle | null;
  readonly why: string;
  /** Sets of payments that were looked at, those that fit first. */
  readonly bundles: readonly Bundle[];
}

/**
 * What credits that mark themselves as bundles are made of: everything that is free of a channel and account over the
 * days before, or nothing. A part of a day that would fit is never looked for: some part nearly always does.
 */
export function bundlesOf(
  rules: readonly Rule[],
  lines: readonly TheirLine[],
  facts: readonly OurFact[],
  paymentOf: ReadonlyMap<string, OurPayment>,
): readonly BundleLine[] {
  const marked = lines.flatMap((line) => {
    const some = rulesFor(rules, 'bundled-credit', line).filter(({ words }) => hasWords(line.narrative, words));
    return some.length === 0 ? [] : [{ line, some }];
  });
  if (marked.length === 0) return [];
  const byDay = Map.groupBy(facts, ({ payment, day }) => {
    const { channel, account } = paymentOf.get(payment) ?? {};
    return keyOf(channel ?? '', account ?? null, day);
  });
  const looked = marked.map(({ line, some }) => {
    const bundles = some.flatMap((rule) =>
      spansBefore(line.day, rule.windowDays).flatMap(([from, to]): Bundle[] => {
        const of = daysOf(from, to).flatMap((day) => byDay.get(keyOf(rule.channel, line.account, day)) ?? []);
        const amounts = of.map(({ amount }) => amount);
        const sum = amounts.reduce((total, amount) => total + amount, 0);
        return of.length === 0 ? [] : [{ rule, from, to, facts: of, sum, kept: keptOf(rule.fee, amounts, line) }];
      }),
    );
    const fitting = bundles.filter((bundle) => fits(bundle, line));
    return { line, fitting, bundles: [...fitting, ...bundles.filter((each) => !fitting.includes(each))] };
  });
  const wanted = new Map<string, Set<TheirLine>>();
  for (const { line, fitting } of looked)
    for (const { facts: of } of fitting)
      for (const { fact } of of) wanted.set(fact, (wanted.get(fact) ?? new Set()).add(line));
  return looked.map(({ line, fitting, bundles }): BundleLine => {
    const [first] = fitting;
    if (first === undefined) {
      const [near] = bundles;
      const why = near === undefined ? 'and nothing is recorded for it' : `and ${told(near)}`;
      return { line, is: null, why, bundles };
    }
    if (new Set(fitting.map(setOf)).size > 1)
      return { line, is: null, why: 'and more than one set of payments fits', bundles };
    if (first.facts.some(({ fact }) => (wanted.get(fact)?.size ?? 0) > 1))
      return { line, is: null, why: 'and so does another line', bundles };
    return { line, is: first, why: told(first), bundles };
  });
}

const keyOf = (channel: string, account: string | null, day: string): string => `${channel}|${account ?? ''}|${day}`;
const setOf = ({ facts }: Bundle): string =>
  facts
    .map(({ fact }) => fact)
    .sort()
    .join();
const fits = ({ rule, sum, kept }: Bundle, { amount }: TheirLine): boolean =>
  kept !== undefined && amount !== null && Math.abs(amount + kept - sum) <= rule.toleranceVnd;

function told({ rule, from, to, facts, sum, kept }: Bundle): string {
  const days = from === to ? `on ${from}` : `from ${from} to ${to}`;
  const fee = kept === undefined ? ', and no fee is stated' : kept === 0 ? '' : `, less a fee of ${kept}`;
  return `${rule.channel} has ${facts.length} payments ${days} that come to ${sum}${fee}`;
}

/** Each working day before, alone and with the days of rest behind it. */
function spansBefore(day: string, workingDays: number): (readonly [string, string])[] {
  const spans: (readonly [string, string])[] = [];
  for (let next = day, back = 0; back < workingDays; back += 1) {
    const from = workingDayBefore(next);
    const to = dayBefore(next);
    spans.push([from, from]);
    if (to !== from) spans.push([from, to]);
    next = from;
  }
  return spans;
}

function daysOf(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = to; day >= from; day = dayBefore(day)) days.unshift(day);
  return days;
}
