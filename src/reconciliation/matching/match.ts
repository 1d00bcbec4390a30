import { bundlesOf } from './bundles.ts';
import type { Break, Candidate, OurFact, OurPayment, Side, TheirLine, Tie } from './entry.ts';
import { beginsBeside, type Names, namesIn, nearly, standsIn } from './names.ts';
import { netOfFee } from './net-of-fee.ts';
import { ownLine } from './own-lines.ts';
import { saidAgain } from './rounds.ts';
import { type Rule, rulesFor } from './rules.ts';
import { daysBetween } from './time.ts';

/** What no exact and plain pair was found for. */
export interface ToMatch {
  readonly side: Side;
  /** In the order in which they are asked (`rulesWith`). */
  readonly rules: readonly Rule[];
  readonly lines: readonly TheirLine[];
  /** Recorded money that no line of this side has. */
  readonly facts: readonly OurFact[];
  /** Every payment of these facts, every one that a line names in full, and every one that is like them (`alike`). */
  readonly payments: readonly OurPayment[];
}

export interface Matched {
  readonly ties: readonly Tie[];
  readonly breaks: readonly Break[];
  /** Facts that neither a tie nor a break of a line has: no line of this side is known for them. */
  readonly left: readonly { readonly fact: OurFact; readonly candidates: readonly Candidate[] }[];
}

/** Payments that may be meant by a text without being named in full: of this account and amount. */
export const alike = (account: string | null, amount: number): string => `${account ?? ''}|${amount}`;
/** The same as a side tells of it: the treasury’s own account is not the one that a notice names. */
export const alikeOf = (side: Side, account: string | null, amount: number): string =>
  alike(side === 'tax' ? null : account, amount);
const MOST_CANDIDATES = 5;

/**
 * Holds lines against recorded money by every rule that is weaker than one plain pair, the surest first. Pure: the same
 * lines and facts come to the same, in whatever order they are given. What is not sure is proposed, never taken: a wrong
 * pair is worse than none.
 */
export function match({ side, rules, lines, facts, payments }: ToMatch): Matched {
  const ties: Tie[] = [];
  const breaks: Break[] = [];
  const byPayment = new Map(payments.map((each) => [each.payment, each]));
  const byReference = new Map(payments.map((each) => [each.reference, each]));
  const free = new Map([...facts].sort(inOrder).map((fact) => [fact.fact, fact]));
  const factsOf = Map.groupBy([...free.values()], ({ payment }) => payment);
  /** Of what is recorded as given back, what no line was found for. */
  const returned = new Map<string, number>();
  const isFree = (fact: OurFact): boolean => free.has(fact.fact);
  const freeOf = (payment: OurPayment): OurFact[] => (factsOf.get(payment.payment) ?? []).filter(isFree);

  const tie = (
    rule: string,
    why: string,
    some: readonly OurFact[],
    of: readonly TheirLine[],
    status: Tie['status'] = 'matched',
  ): void => {
    ties.push({ rule, status, why, facts: some, lines: of });
    if (status !== 'proposed') for (const { fact } of some) free.delete(fact);
  };
  const broken = (
    kind: Break['kind'],
    line: TheirLine,
    why: string,
    more: { readonly payment?: OurPayment; readonly fact?: OurFact; readonly candidates?: readonly Candidate[] } = {},
  ): void => {
    const { payment = null, fact = null, candidates = [] } = more;
    if (fact !== null) free.delete(fact.fact);
    const signed = (line.amount ?? 0) * (line.direction === 'credit' ? 1 : -1);
    breaks.push({
      kind,
      side,
      day: line.day,
      ours: fact?.amount ?? 0,
      theirs: signed,
      payment,
      fact,
      line,
      why,
      candidates,
    });
  };

  // 1. The bank's own entries, and what names one payment in full.
  const unnamed: { readonly line: TheirLine; readonly names: Names }[] = [];
  const named = new Map<string, TheirLine[]>();
  const again = side === 'platform' ? saidAgain(lines) : new Set<TheirLine>();
  for (const line of [...lines].sort(inFile)) {
    if (again.has(line)) {
      tie('later-round', 'a later round says another status of it', [], [line]);
      continue;
    }
    const own = ownLine(rules, line);
    const names = namesIn(line.narrative);
    const [reference, ...others] = names.references;
    if (own !== undefined && reference === undefined) tie(own.rule, own.why, [], [line]);
    else if (reference === undefined || others.length > 0) unnamed.push({ line, names });
    else named.set(reference, [...(named.get(reference) ?? []), line]);
  }
  for (const [reference, some] of named) {
    const payment = byReference.get(reference);
    if (payment === undefined)
      for (const line of some) broken('missing-ours', line, `names ${reference}, which is no payment of ours`);
    else byName(payment, some);
  }

  /** Lines that all name this payment. */
  function byName(payment: OurPayment, some: readonly TheirLine[]): void {
    const credits: TheirLine[] = [];
    for (const line of some) {
      const said = `names ${payment.reference}`;
      if (line.amount === null)
        broken('currency', line, `${said}, in ${line.currency}`, { payment, ...one(freeOf(payment)[0]) });
      else if (side === 'bank' && payment.account !== null && payment.account !== line.account)
        broken('wrong-account', line, `${said}, on another account than its unit has`, {
          payment,
          ...one(freeOf(payment)[0]),
        });
      else if (line.direction === 'credit' && line.reversal)
        broken('reversed', line, `undoes money of ${payment.reference} that went out`, { payment });
      else if (line.direction === 'debit' && line.reversal)
        broken('reversed', line, `takes the money of ${payment.reference} back`, { payment });
      else if (line.direction === 'debit') {
        const left = returned.get(payment.payment) ?? payment.returned;
        if (line.amount <= left) {
          returned.set(payment.payment, left - line.amount);
          tie('money-returned', `gives money of ${payment.reference} back, as recorded`, [], [line]);
        } else broken('reversed', line, `gives more of ${payment.reference} back than is recorded`, { payment });
      } else if (side !== 'bank' && line.status !== null && !PAID_WORDS.has(line.status)) {
        const [fact] = freeOf(payment);
        if (fact === undefined && payment.tied === 0)
          tie('not-paid', `both say that ${payment.reference} is not paid`, [], [line]);
        else broken('status', line, `${payment.reference} is paid here and not there`, { payment, ...one(fact) });
      } else credits.push(line);
    }
    let rest: TheirLine[] = [];
    for (const line of credits) {
      const equal = freeOf(payment).find(({ amount }) => amount === line.amount);
      if (equal === undefined) rest.push(line);
      else tie('exact-reference', `names ${payment.reference}, same amount and account`, [equal], [line]);
    }
    const [fact, ...more] = freeOf(payment);
    const sum = rest.reduce((total, { amount }) => total + (amount ?? 0), 0);
    if (rest.length > 1 && fact !== undefined && more.length === 0 && fact.amount === sum) {
      tie('several-lines', `${rest.length} lines name ${payment.reference} and come to its amount`, [fact], rest);
      return;
    }
    for (let net = netOfFee(rules, rest, freeOf(payment)); net !== undefined; ) {
      const { line, kept, off } = net;
      const why = `names ${payment.reference}; with the fee of ${kept} that they kept it is the amount`;
      const but = off === 0 ? why : `${why} but for ${Math.abs(off)} ${off < 0 ? 'too little' : 'too much'}`;
      tie(net.rule, but, [net.fact], [line], 'tolerated');
      rest = rest.filter((each) => each !== line);
      net = netOfFee(rules, rest, freeOf(payment));
    }
    for (const line of rest) {
      const [left] = freeOf(payment);
      const before = payment.tied > 0 || (factsOf.get(payment.payment) ?? []).some((each) => !isFree(each));
      if (left !== undefined)
        broken('amount', line, `names ${payment.reference}, of which ${left.amount} is recorded`, {
          payment,
          fact: left,
        });
      else if (before && line.amount === payment.amount)
        broken('duplicate-theirs', line, `is one more payment of ${payment.reference}`, { payment });
      else if (before) broken('amount', line, `names ${payment.reference}, which is paid by another line`, { payment });
      else if (OVER.has(payment.state))
        broken('late', line, `names ${payment.reference}, which is ${payment.state} here`, { payment });
      else if (line.amount !== payment.amount)
        broken('amount', line, `names ${payment.reference}, of which ${payment.amount} was asked`, { payment });
      else broken('status', line, `names ${payment.reference}, which is ${payment.state} here`, { payment });
    }
  }

  // 2. Lines that name nothing in full, or too much: only recorded money of the same account and amount is looked at.
  const pool = Map.groupBy([...free.values()], ({ payment, amount }) =>
    alikeOf(side, byPayment.get(payment)?.account ?? null, amount),
  );
  const others = Map.groupBy(payments, ({ account, amount }) => alikeOf(side, account, amount));
  const candidatesOf = new Map<string, Candidate[]>();
  const proposals: {
    readonly line: TheirLine;
    readonly facts: readonly OurFact[];
    readonly rule: string;
    readonly why: string;
  }[] = [];
  const waiting: { readonly line: TheirLine; readonly names: Names }[] = [];

  for (const { line, names } of unnamed) {
    if (names.references.length > 1) several(line, names.references);
    else if (line.direction === 'debit' || line.amount === null) waiting.push({ line, names });
    else {
      const key = side === 'bank' || side === 'tax' ? alikeOf(side, line.account, line.amount) : undefined;
      const near = (key === undefined ? [] : (pool.get(key) ?? [])).filter(isFree);
      const all = (key === undefined ? [] : (others.get(key) ?? [])).filter((each) => isMeant(names, each));
      // Of a dossier’s notices the one that is named.
      const noticed = all.filter((each) => namesDecision(names, each));
      const meant = noticed.length > 0 ? noticed : all;
      const [payment] = meant;
      const [fact] = near.filter((each) => each.payment === payment?.payment);
      // Whoever else could be meant makes it a guess, paid by another line or not.
      if (payment !== undefined && meant.length === 1 && fact !== undefined && !isMisspelt(names, payment))
        tie(
          ruleOf(names, payment),
          `${howNamed(names, payment)}; ${side === 'tax' ? 'its amount leaves' : 'amount and account leave'} one payment`,
          [fact],
          [line],
        );
      else waiting.push({ line, names });
    }
  }

  function several(line: TheirLine, references: readonly string[]): void {
    const each = references.map((reference) => byReference.get(reference));
    const known = each.filter((payment) => payment !== undefined);
    const money = known.flatMap((payment) => freeOf(payment).slice(0, 1));
    const sum = money.reduce((total, { amount }) => total + amount, 0);
    const why = `names ${references.join(' and ')}`;
    const agrees = known.length === references.length && money.length === known.length && sum === line.amount;
    if (agrees && line.direction === 'credit')
      proposals.push({ line, facts: money, rule: 'several-payments', why: `${why}, which come to its amount` });
    const candidates = known.map(
      (payment): Candidate => ({
        payment: payment.payment,
        line: null,
        rule: 'several-payments',
        score: agrees ? 0.9 : 0.4,
        why,
      }),
    );
    if (known.length === 0) broken('missing-ours', line, `${why}, none of them ours`);
    else
      broken('amount', line, agrees ? `${why}: to be confirmed` : `${why}, which do not come to its amount`, {
        candidates,
      });
  }

  // 3. Credits that mark themselves as bundles: all of a day, or nothing.
  const bundled = bundlesOf(
    rules,
    waiting.flatMap(({ line, names }) =>
      line.direction === 'credit' && line.amount !== null && !line.reversal && names.begins.length === 0 ? [line] : [],
    ),
    [...free.values()],
    byPayment,
  );
  for (const { line, is, why, bundles } of bundled) {
    if (is !== null) {
      tie(is.rule.name, why, is.facts, [line], is.kept === 0 && is.sum === line.amount ? 'matched' : 'tolerated');
      continue;
    }
    const looked = new Map<string, Candidate>();
    for (const { rule, facts: of } of bundles)
      for (const { payment, day } of of)
        if (!looked.has(payment))
          looked.set(payment, {
            ...{ payment, line: null, rule: rule.name, score: 0.2 },
            why: `${rule.channel} took it for this account on ${day}`,
          });
    const candidates = [...looked.values()].slice(0, MOST_CANDIDATES);
    broken('unallocated', line, `is one credit for several payments, ${why}`, { candidates });
  }
  const isBundled = new Set(bundled.map(({ line }) => line));

  // 4. What is left of the lines: proposals by what is nearly a reference, then by amount and time alone.
  for (const { line, names } of waiting) {
    if (isBundled.has(line)) continue;
    // The treasury has everybody’s money: an amount alone says nothing there.
    const windows = side === 'tax' ? [] : rulesFor(rules, 'amount-and-time', line);
    const near =
      line.amount === null || line.direction === 'debit'
        ? []
        : [...free.values()].length === 0
          ? []
          : (pool.get(alikeOf(side, line.account, line.amount)) ?? []).filter(isFree);
    const found: (Candidate & { readonly fact: OurFact })[] = [];
    for (const fact of near) {
      const payment = byPayment.get(fact.payment);
      if (payment === undefined) continue;
      const apart = daysBetween(fact.day, line.day);
      const spelt = names.lookalike.includes(payment.reference)
        ? { rule: 'lookalike-reference', score: 0.9, why: `${payment.reference} with O for 0 or I for 1` }
        : nearly(names, payment.reference)
          ? { rule: 'misspelt-reference', score: 0.8, why: `${payment.reference} with one character wrong` }
          : isMeant(names, payment)
            ? {
                rule: ruleOf(names, payment),
                score: 0.6,
                why: `${howNamed(names, payment)}; others could be meant too`,
              }
            : undefined;
      const inTime = windows.find(({ windowDays }) => Math.abs(apart) <= windowDays);
      const byTime = inTime && {
        rule: inTime.name,
        // Half as much at the window's edge.
        score: 0.3 - 0.15 * (Math.abs(apart) / Math.max(inTime.windowDays, 1)),
        why: `same amount and account, ${Math.abs(apart)} days apart`,
      };
      const found1 = spelt ?? (names.begins.length === 0 ? byTime : undefined);
      if (found1 !== undefined) found.push({ ...found1, payment: fact.payment, line: null, fact });
    }
    const best = found.sort((a, b) => b.score - a.score || compare(a.fact.fact, b.fact.fact)).slice(0, MOST_CANDIDATES);
    const [first, second] = best;
    if (first !== undefined && (second === undefined || first.score > second.score))
      proposals.push({ line, facts: [first.fact], rule: first.rule, why: first.why });
    for (const { fact, ...candidate } of best) {
      const list = candidatesOf.get(fact.fact) ?? [];
      list.push({ ...candidate, payment: null, line: { statement: line.statement, number: line.number } });
      candidatesOf.set(fact.fact, list);
    }
    const what = line.direction === 'debit' ? 'money went out' : 'money came in';
    // Numbers of tax notices begin with `LTB` (WIRE.md 3.2).
    const isNamed = names.begins.some((at) => names.text[at + 2] !== 'B');
    const kind =
      line.amount === null && names.references.length > 0 ? 'currency' : isNamed ? 'identity' : 'unallocated';
    broken(
      kind,
      line,
      isNamed ? `${what} with a reference that cannot be read as one of ours` : `${what}, and no payment is named`,
      { candidates: best.map(({ fact: _fact, ...candidate }) => candidate) },
    );
  }
  for (const { line, facts: some, rule, why } of proposals)
    if (some.every(isFree)) tie(rule, why, some, [line], 'proposed');

  const left = [...free.values()].map((fact) => ({
    fact,
    candidates: (candidatesOf.get(fact.fact) ?? []).sort((a, b) => b.score - a.score).slice(0, MOST_CANDIDATES),
  }));
  return { ties, breaks, left };
}

/** Their words for money that came: the platform's and the gateway's. */
const PAID_WORDS: ReadonlySet<string> = new Set(['1', '00', '3', 'paid', 'PAID', 'SUCCESS']);
const OVER: ReadonlySet<string> = new Set(['failed', 'cancelled', 'expired', 'refunded']);

const one = (fact: OurFact | undefined): { readonly fact?: OurFact } => (fact === undefined ? {} : { fact });

const namesDecision = (names: Names, { decision }: OurPayment): boolean =>
  decision != null && standsIn(names, decision);
/** The payment's notice or dossier stands there in full, or its reference was cut. */
const isMeant = (names: Names, payment: OurPayment): boolean =>
  namesDecision(names, payment) ||
  standsIn(names, payment.dossier) ||
  names.cut.some((cut) => payment.reference.startsWith(cut));
/** A reference stands there that is not this payment's, not even cut: whatever else is named, somebody has to look. */
const isMisspelt = (names: Names, { reference, decision }: OurPayment): boolean =>
  beginsBeside(names, decision ?? '').length > names.cut.filter((each) => reference.startsWith(each)).length;
const ruleOf = (names: Names, payment: OurPayment): string =>
  namesDecision(names, payment)
    ? 'decision-number'
    : standsIn(names, payment.dossier)
      ? 'dossier-code'
      : 'cut-reference';
const howNamed = (names: Names, payment: OurPayment): string =>
  namesDecision(names, payment)
    ? `names notice ${payment.decision}`
    : standsIn(names, payment.dossier)
      ? `names dossier ${payment.dossier}`
      : `names ${payment.reference}, cut`;

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
const inOrder = (one: OurFact, other: OurFact): number => compare(one.day, other.day) || compare(one.fact, other.fact);
const inFile = (one: TheirLine, other: TheirLine): number =>
  compare(one.day, other.day) ||
  compare(one.time ?? '', other.time ?? '') ||
  compare(one.statement, other.statement) ||
  one.number - other.number;
