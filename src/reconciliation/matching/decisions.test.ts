import { describe, expect, it } from 'vitest';
import type { OurPayment, TheirLine } from './entry.ts';
import { match } from './match.ts';
import { beginsBeside, namesIn } from './names.ts';
import { BUILT_IN } from './rules.ts';

const NOTICE = 'LTB2612345-TK0001/TB-CCT';
const DOSSIER = 'H02.15.03-260302-0001';

const payment = (id: string, rest: Partial<OurPayment> = {}): OurPayment => ({
  ...{ payment: id, reference: `LT00000000000${id}`, dossier: DOSSIER, amount: 5_000, account: '7111', state: 'paid' },
  ...{ channel: 'land-tax', decision: NOTICE, tied: 0, returned: 0 },
  ...rest,
});
const line = (narrative: string, rest: Partial<TheirLine> = {}): TheirLine => ({
  ...{ statement: 'stm_1', number: 1, side: 'tax', account: '3713', currency: 'VND', day: '2026-03-02', time: null },
  ...{ direction: 'credit', amount: 5_000, otherAmount: null, fee: null, documentNumber: '1', reversal: false },
  ...{ status: null, narrative },
  ...rest,
});
const held = (lines: readonly TheirLine[], payments: readonly OurPayment[]) => {
  const facts = payments
    .filter(({ tied }) => tied === 0)
    .map((each) => ({ fact: `f${each.payment}`, payment: each.payment, amount: each.amount, day: '2026-03-01' }));
  const { ties, breaks } = match({ side: 'tax', rules: BUILT_IN, lines, facts, payments });
  return [
    ...ties.map(({ rule, status, facts: some }) => `${status} ${rule} ${some.map(({ fact }) => fact)}`),
    ...breaks.map(({ kind, candidates }) => `${kind} ${candidates.length}`),
  ];
};
const text = (what: string) => `(NSNN!8000000000!1054321!01)(${what}/757/1006/5000)`;

describe('a treasury line against recorded land taxes', () => {
  it('names the notice, on whatever account, among others of its dossier', () => {
    const others = [payment('1'), payment('2', { decision: 'LTB2612345-TK0002/TB-CCT' })];
    expect(held([line(text(`Nop ${NOTICE}`))], others)).toEqual(['matched decision-number f1']);
    expect(held([line(text('Nop ltb2612345 TK0002 TB CCT'))], others)).toEqual(['matched decision-number f2']);
  });

  it('names the dossier alone: taken only where one payment of that amount is left', () => {
    expect(held([line(text(DOSSIER))], [payment('1'), payment('2', { amount: 7_000 })])).toEqual([
      'matched dossier-code f1',
    ]);
    const two = [payment('1'), payment('2', { decision: 'LTB2612345-TK0002/TB-CCT' })];
    expect(held([line(text(DOSSIER))], two)).toEqual(['unallocated 2']);
  });

  it('is nobody’s by its amount, by a longer number, or by a notice that was paid twice', () => {
    expect(held([line(text('Thue'))], [payment('1')])).toEqual(['unallocated 0']);
    expect(held([line(text('Nop LTB2612345-TK00012'))], [payment('1', { decision: 'LTB2612345-TK0001' })])).toEqual([
      'unallocated 0',
    ]);
    expect(held([line(text(NOTICE))], [payment('1'), payment('2', { tied: 1 })])).toEqual([
      'proposed decision-number f1',
      'unallocated 1',
    ]);
    expect(held([line(text(NOTICE), { amount: 4_000 })], [payment('1')])).toEqual(['unallocated 0']);
  });

  it('a reference that cannot be read beside the notice has to be looked at', () => {
    expect(held([line(text(`${NOTICE} LT12X`))], [payment('1')])).not.toContain('matched decision-number f1');
  });
});

it('a notice’s number is not the beginning of a reference', () => {
  const names = namesIn(`${NOTICE} va LT 12345`);
  expect(names.begins).toHaveLength(2);
  expect(beginsBeside(names, NOTICE)).toHaveLength(1);
  expect(beginsBeside(names, '')).toHaveLength(2);
});
