import { describe, expect, it } from 'vitest';
import { newPaymentReference } from '../../../contracts/domain/payment-reference.ts';
import { reconciliationRule } from '../../../contracts/domain/reconciliation-rule.ts';
import type { OurFact, OurPayment, TheirLine } from './entry.ts';
import { match } from './match.ts';
import { type Rule, rulesWith } from './rules.ts';

const ACCOUNT = '1012345678';
const REFERENCES = Array.from({ length: 6 }, (_, n) =>
  newPaymentReference((count) => new Uint8Array(count).fill(n + 1)),
);
const FRIDAY = '2022-12-02';
const MONDAY = '2022-12-05';
const TUESDAY = '2022-12-06';

const rule = (name: string, given: object): Rule => ({ name, ...reconciliationRule.parse(given) });
const settlement = (more: object = {}, channel = 'vietcombank'): Rule =>
  rule(`${channel}-settlement`, {
    ...{ kind: 'bundled-credit', channel, words: ['QUYẾT TOÁN QR'] },
    ...{ fee: { perPaymentVnd: 0, perMille: 0 }, ...more },
  });

/** Payments of these amounts and days, the n-th with the n-th reference. */
function paid(...amounts: readonly (readonly [number, string, string?])[]) {
  const payments = amounts.map(
    ([amount, , channel = 'vietcombank'], n): OurPayment => ({
      ...{ payment: `pay_${n}`, reference: REFERENCES[n] ?? '', dossier: `H02.15.03-221201-000${n}`, amount },
      ...{ account: ACCOUNT, channel, state: 'paid', tied: 0, returned: 0 },
    }),
  );
  const facts = amounts.map(
    ([amount, day], n): OurFact => ({ ...{ fact: `fact_${n}`, payment: `pay_${n}`, amount, day } }),
  );
  return { payments, facts };
}
function credits(...given: readonly (Partial<TheirLine> & Pick<TheirLine, 'amount'>)[]): TheirLine[] {
  return given.map((each, n) => ({
    ...{ statement: 's', number: n + 1, side: 'bank', account: ACCOUNT, currency: 'VND', day: MONDAY, time: null },
    ...{ direction: 'credit', otherAmount: null, fee: null, documentNumber: null, reversal: false, status: null },
    narrative: 'Quyet toan QR ngay 02/12',
    ...each,
  }));
}
/** What it came to, in short. */
function told(put: readonly Rule[], ours: ReturnType<typeof paid>, lines: readonly TheirLine[]) {
  const { ties, breaks, left } = match({ side: 'bank', rules: rulesWith(put), lines, ...ours });
  return {
    ties: ties.map(({ rule: by, status, facts, lines: of }) =>
      [by, status, facts.map(({ payment }) => payment).join('+'), of.map(({ number }) => number).join('+')].join(' '),
    ),
    breaks: breaks.map(({ kind, line, candidates }) =>
      [kind, line?.number, candidates.map(({ payment }) => payment).join('+')].join(' '),
    ),
    left: left.map(({ fact }) => fact.payment),
  };
}
const NOTHING = { ties: [], breaks: [], left: [] };

describe('a credit that is less a fee', () => {
  const ours = paid([100_000, MONDAY]);
  const line = (amount: number, more: Partial<TheirLine> = {}) =>
    credits({ amount, narrative: `${REFERENCES[0]} nop phi`, ...more });
  // 1.1 of a thousand of 100 000 is 110.
  const qr = (more: object = {}): Rule =>
    rule('qr-fee', { kind: 'net-of-fee', fee: { perPaymentVnd: 2_000, perMille: 1.1 }, ...more });

  it('agrees by the rule, tolerated; one đồng off it does not, unless the rule says so', () => {
    expect(told([qr()], ours, line(97_890))).toEqual({ ...NOTHING, ties: ['qr-fee tolerated pay_0 1'] });
    const amount = { ...NOTHING, breaks: ['amount 1 '] };
    expect(told([], ours, line(97_890))).toEqual(amount);
    for (const off of [97_889, 97_891]) expect(told([qr()], ours, line(off))).toEqual(amount);
    for (const off of [97_889, 97_891])
      expect(told([qr({ toleranceVnd: 1 })], ours, line(off)).ties).toEqual(['qr-fee tolerated pay_0 1']);
    expect(told([qr({ toleranceVnd: 1 })], ours, line(97_892))).toEqual(amount);
    expect(told([qr()], ours, line(100_000)).ties).toEqual(['exact-reference matched pay_0 1']);
  });

  it('rounds the share of each payment to the đồng, halves up', () => {
    const half = rule('half', { kind: 'net-of-fee', fee: { perMille: 0.5 } });
    expect(told([half], paid([1_000, MONDAY]), line(999)).ties).toEqual(['half tolerated pay_0 1']);
    expect(told([half], paid([999, MONDAY]), line(999)).ties).toEqual(['exact-reference matched pay_0 1']);
    expect(told([half], paid([999, MONDAY]), line(998)).breaks).toEqual(['amount 1 ']);
  });

  it('only on the days of the rule, of its side, and within its window', () => {
    const agrees = (more: object, ofLine: Partial<TheirLine> = {}) =>
      told([qr(more)], ours, line(97_890, ofLine)).ties.length === 1;
    expect([agrees({ validFrom: MONDAY, validTo: MONDAY }), agrees({ validFrom: TUESDAY })]).toEqual([true, false]);
    expect([agrees({ validTo: FRIDAY }), agrees({ side: 'orders' }), agrees({ side: null })]).toEqual([
      ...[false, false, true],
    ]);
    expect([agrees({ windowDays: 0 }), agrees({ windowDays: 0 }, { day: TUESDAY })]).toEqual([true, false]);
    expect(agrees({ windowDays: 1 }, { day: TUESDAY })).toBe(true);
  });

  it('the rule of the smallest priority is asked first, then by name; a built-in one of its name is replaced', () => {
    const other = (name: string, priority: number) =>
      rule(name, { kind: 'net-of-fee', fee: { perPaymentVnd: 2_110 }, priority });
    const by = (...rules: Rule[]) => told(rules, ours, line(97_890)).ties[0]?.split(' ')[0];
    expect([by(other('b', 5), other('a', 6)), by(other('b', 5), other('a', 5))]).toEqual(['b', 'a']);
    const stated = line(97_000, { fee: 3_000 });
    expect(told([], ours, stated).ties).toEqual(['net-of-fee tolerated pay_0 1']);
    expect(told([rule('net-of-fee', { kind: 'net-of-fee', fee: {} })], ours, stated).ties).toEqual([]);
  });

  it('which of two lines is meant is not guessed', () => {
    const wide = qr({ toleranceVnd: 500 });
    const [one, two] = [97_800, 97_900].map((amount) => ({ amount, narrative: `${REFERENCES[0]} nop phi` }));
    const both = credits(one ?? { amount: 0 }, two ?? { amount: 0 });
    const { ties, breaks } = told([wide], ours, both);
    expect([ties, breaks.length]).toEqual([[], 2]);
  });

  it('lines that come to the amount are no fee', () => {
    const both = credits(...[99_999, 1].map((amount) => ({ amount, narrative: `${REFERENCES[0]} nop phi` })));
    expect(told([rule('one', { kind: 'net-of-fee', fee: {}, toleranceVnd: 1 })], ours, both).ties).toEqual([
      'several-lines matched pay_0 1+2',
    ]);
  });
});

describe('one credit for all of a day', () => {
  const day = [
    [100_000, FRIDAY],
    [50_000, FRIDAY],
    [50_000, FRIDAY, 'national'],
    [70_000, '2022-12-01'],
  ] as const;

  it('is the sum of the working day before, over the week’s end, of its channel alone', () => {
    expect(told([settlement()], paid(...day), credits({ amount: 150_000 }))).toEqual({
      ...{ ties: ['vietcombank-settlement matched pay_0+pay_1 1'], breaks: [], left: ['pay_3', 'pay_2'] },
    });
    const other = { amount: 150_000, account: '2012345678' };
    expect(told([settlement()], paid(...day), credits(other)).breaks).toEqual(['unallocated 1 ']);
    const late = told([settlement()], paid(...day), credits({ amount: 150_000, day: TUESDAY }));
    expect([late.ties, late.breaks]).toEqual([[], ['unallocated 1 ']]);
    expect(
      told([settlement({ windowDays: 2 })], paid(...day), credits({ amount: 150_000, day: TUESDAY })).ties,
    ).toEqual(['vietcombank-settlement matched pay_0+pay_1 1']);
  });

  it('may hold the days of rest too, all of them', () => {
    const rested = paid(...day.slice(0, 2), [20_000, '2022-12-03'], [30_000, '2022-12-04']);
    expect(told([settlement()], rested, credits({ amount: 200_000 })).ties).toEqual([
      'vietcombank-settlement matched pay_0+pay_1+pay_2+pay_3 1',
    ]);
    expect(told([settlement()], rested, credits({ amount: 170_000 })).ties).toEqual([]);
  });

  it('less a fee, or within a tolerance, it is tolerated', () => {
    const fee = { perPaymentVnd: 1_000, perMille: 2 };
    const kept = [settlement({ fee })];
    expect(told(kept, paid(...day), credits({ amount: 147_700 })).ties).toEqual([
      'vietcombank-settlement tolerated pay_0+pay_1 1',
    ]);
    expect(told(kept, paid(...day), credits({ amount: 150_000 })).ties).toEqual([]);
    expect(told(kept, paid(...day), credits({ amount: 147_701 })).ties).toEqual([]);
    const near = [settlement({ toleranceVnd: 5 })];
    expect(told(near, paid(...day), credits({ amount: 149_995 })).ties[0]).toContain('tolerated');
    expect(told(near, paid(...day), credits({ amount: 149_994 })).ties).toEqual([]);
    const stated = [settlement({ fee: 'stated' })];
    expect(told(stated, paid(...day), credits({ amount: 149_000, fee: 1_000 })).ties[0]).toContain('tolerated');
    expect(told(stated, paid(...day), credits({ amount: 150_000 })).ties).toEqual([]);
  });

  it('with a payment missing on either side nothing is taken, though a part would fit', () => {
    expect(told([settlement()], paid(...day), credits({ amount: 100_000 }))).toEqual({
      ties: [],
      breaks: ['unallocated 1 pay_0+pay_1'],
      left: ['pay_3', 'pay_0', 'pay_1', 'pay_2'],
    });
    expect(told([settlement()], paid(...day), credits({ amount: 180_000 })).ties).toEqual([]);
  });

  it('what another line has is not in it', () => {
    const lines = credits({ amount: 100_000, narrative: `${REFERENCES[0]} nop phi` }, { amount: 50_000 });
    expect(told([settlement()], paid(...day), lines).ties).toEqual([
      ...['exact-reference matched pay_0 1', 'vietcombank-settlement matched pay_1 2'],
    ]);
  });

  it('where two days, two channels or two lines fit, a person decides', () => {
    const two = paid([100_000, FRIDAY], [100_000, '2022-12-01']);
    const days = told([settlement({ windowDays: 2 })], two, credits({ amount: 100_000 }));
    expect(days).toEqual({ ties: [], breaks: ['unallocated 1 pay_0+pay_1'], left: ['pay_1', 'pay_0'] });
    const twice = told([settlement()], paid(...day), credits({ amount: 150_000 }, { amount: 150_000 }));
    expect([twice.ties, twice.breaks]).toEqual([[], ['unallocated 1 pay_0+pay_1', 'unallocated 2 pay_0+pay_1']]);
    const both = paid([100_000, FRIDAY], [100_000, FRIDAY, 'national']);
    expect(told([settlement(), settlement({}, 'national')], both, credits({ amount: 100_000 })).ties).toEqual([]);
  });

  it('only where the rule’s words stand, on its days, and nothing that begins like a reference', () => {
    const ties = (put: Rule, more: Partial<TheirLine> = {}) =>
      told([put], paid(...day), credits({ amount: 150_000, ...more })).ties.length;
    expect(ties(settlement())).toBe(1);
    expect(ties(settlement({ validTo: FRIDAY }))).toBe(0);
    expect(ties(settlement(), { narrative: 'nop phi' })).toBe(0);
    expect(ties(settlement(), { narrative: 'Quyet toan QR LT10000000' })).toBe(0);
    expect(ties(settlement(), { reversal: true })).toBe(0);
    expect(ties(settlement(), { direction: 'debit' })).toBe(0);
  });
});

describe('rules beside them', () => {
  it('whose entries are the bank’s own is said by data', () => {
    const line = credits({ amount: 5_000, direction: 'debit', narrative: 'Trích thuế GTGT', documentNumber: '7777.1' });
    const tax = (more: object = {}) => rule('bank-tax', { kind: 'own-line', direction: 'debit', ...more });
    expect(told([], paid(), line).breaks).toEqual(['unallocated 1 ']);
    expect(told([tax({ words: ['trich thue'] })], paid(), line).ties).toEqual(['bank-tax matched  1']);
    expect(told([tax({ words: ['trich thue'], prefixes: ['77'] })], paid(), line).ties).toHaveLength(1);
    expect(told([tax({ words: ['trich thue'], prefixes: ['78'] })], paid(), line).ties).toEqual([]);
    expect(told([tax({ words: ['trich thue'], side: 'platform' })], paid(), line).ties).toEqual([]);
    expect(reconciliationRule.safeParse({ kind: 'own-line', direction: 'debit' }).success).toBe(false);
  });

  it('how near an amount is proposed is a rule’s window', () => {
    const line = credits({ amount: 8_000, narrative: 'nop phi' });
    const proposed = (put: readonly Rule[], paidOn: string) => told(put, paid([8_000, paidOn]), line).ties;
    expect(proposed([], FRIDAY)).toEqual(['amount-and-time proposed pay_0 1']);
    expect(proposed([], '2022-12-01')).toEqual([]);
    const wide = rule('amount-and-time', { kind: 'amount-and-time', side: null, windowDays: 4 });
    expect(proposed([wide], '2022-12-01')).toEqual(['amount-and-time proposed pay_0 1']);
    const off = rule('amount-and-time', { kind: 'amount-and-time', side: null, windowDays: 4, validTo: FRIDAY });
    expect(proposed([off], MONDAY)).toEqual([]);
  });
});
