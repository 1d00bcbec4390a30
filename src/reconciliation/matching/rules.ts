import { type Fee, millionthsOf, type ReconciliationRule } from '../../../contracts/domain/reconciliation-rule.ts';
import { folded } from '../../../contracts/domain/text.ts';
import type { Side, TheirLine } from './entry.ts';

/** A rule under its name. */
export type Rule = ReconciliationRule & { readonly name: string };
export type RuleOf<Kind extends Rule['kind']> = Extract<Rule, { readonly kind: Kind }>;

const always = { validFrom: null, validTo: null } as const;

/**
 * The rules that the program brings. Document numbers begin with the channel (WIRE.md A4.1, WIRE-2.md 6.3). Which credits
 * a bank bundles is nowhere described: a rule about that is put by somebody who saw one.
 */
export const BUILT_IN: readonly Rule[] = [
  {
    ...{ name: 'bank-fee', kind: 'own-line', priority: 10, side: 'bank', ...always, direction: 'debit' },
    prefixes: ['9914', '9915'],
    words: ['thu phi', 'phi sms', 'phi quan ly', 'phi dich vu', 'phi chuyen tien', 'service charge', 'sms fee'],
  },
  {
    ...{ name: 'bank-interest', kind: 'own-line', priority: 20, side: 'bank', ...always, direction: 'credit' },
    // Nobody else's money comes by this channel, whatever stands beside it.
    ...{ prefixes: ['9701'], words: [] },
  },
  {
    ...{ name: 'net-of-fee', kind: 'net-of-fee', priority: 100, side: null, ...always },
    ...{ fee: 'stated', toleranceVnd: 0, windowDays: null },
  },
  { ...{ name: 'amount-and-time', kind: 'amount-and-time', priority: 1_000, side: null, ...always }, windowDays: 3 },
];

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** What is put takes the place of the built-in rule of its name; in the order in which rules are asked. */
export function rulesWith(put: readonly Rule[]): readonly Rule[] {
  const byName = new Map([...BUILT_IN, ...put].map((rule) => [rule.name, rule]));
  return [...byName.values()].sort((one, other) => one.priority - other.priority || compare(one.name, other.name));
}

/** The rules of a kind that are for this line, in their order. */
export function rulesFor<Kind extends Rule['kind']>(
  rules: readonly Rule[],
  kind: Kind,
  { side, day }: { readonly side: Side; readonly day: string },
): RuleOf<Kind>[] {
  return rules.filter(
    (rule): rule is RuleOf<Kind> =>
      rule.kind === kind &&
      (rule.side === null || rule.side === side) &&
      (rule.validFrom === null || rule.validFrom <= day) &&
      (rule.validTo === null || day <= rule.validTo),
  );
}

/** Whether a narrative has one of the words, without case and marks. */
export function hasWords(narrative: string, words: readonly string[]): boolean {
  const text = folded(narrative);
  return words.some((each) => text.includes(folded(each)));
}

const MILLION = 1_000_000n;
/** Whole đồng that are kept of one payment, halves up. */
function feeOf(fee: Exclude<Fee, 'stated'>, amount: number): number {
  const share = (BigInt(amount) * BigInt(millionthsOf(fee.perMille)) + MILLION / 2n) / MILLION;
  return fee.perPaymentVnd + Number(share);
}

/** Whole đồng that were kept of these amounts; undefined where the line would have to say it, and does not. */
export function keptOf(fee: Fee, amounts: readonly number[], line: Pick<TheirLine, 'fee'>): number | undefined {
  if (fee === 'stated') return line.fee ?? undefined;
  return amounts.reduce((sum, amount) => sum + feeOf(fee, amount), 0);
}
