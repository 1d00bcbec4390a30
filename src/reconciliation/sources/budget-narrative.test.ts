import { expect, it } from 'vitest';
import { budgetNarrative } from './budget-narrative.ts';
import { fromVnd } from './decimal.ts';

it('head and details of a remittance text (WIRE.md 3.3), with strokes inside of a description', () => {
  const text =
    'REM (NSNN!8000000000!1054321!01!NTK)(Nop LTB2612345-TK0001/TB-CCT/757/1006/1.500.000)(LPTB/757/2801/25000)';
  expect(budgetNarrative(text)).toEqual({
    ...{ taxCode: '8000000000', agency: '1054321', kind: '01' },
    details: [
      {
        ...{ description: 'Nop LTB2612345-TK0001/TB-CCT', chapter: '757', subItem: '1006' },
        amount: fromVnd(1_500_000),
      },
      { description: 'LPTB', chapter: '757', subItem: '2801', amount: fromVnd(25_000) },
    ],
  });
});

it('a head that stays open, and details that are none', () => {
  expect(budgetNarrative('(NSNN!8000000000!1054321!07!QD12 (Phat/757/4254/100)')).toMatchObject({
    ...{ kind: '07', agency: '1054321', details: [{ subItem: '4254', amount: fromVnd(100) }] },
  });
  for (const wrong of [
    '(a/75/1006/1)',
    '(a/757/106/1)',
    '(a/757/1006/-1)',
    '(a/757/1006/)',
    '(757/1006/1)',
    'a/757/1006/1',
  ])
    expect(budgetNarrative(`(NSNN!1!2!3)${wrong}`)?.details).toEqual([]);
});

it('another text is none', () => {
  for (const text of ['', 'NSNN!1!2!3', 'LT123456789092 nop phi', '(a/757/1006/1)'])
    expect(budgetNarrative(text)).toBeUndefined();
});
