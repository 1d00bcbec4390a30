import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeldDue, judgeDues, remainingOf } from './judge-dues.ts';

const due = (more: Partial<HeldDue> = {}): HeldDue => ({
  ...{ id: 'a', decision: 'TB-1', place: 0, due: 100, exempt: 0, paid: 0, remaining: 100, deferred: false },
  ...more,
});
const second = due({ id: 'b', place: 1, due: 50, remaining: 50 });

describe('how the dues of one notice stand', () => {
  it.each<[string, readonly HeldDue[], number, readonly unknown[]]>([
    ['nothing was paid', [due()], 0, [{ id: 'a', proven: 0, state: 'open', finding: null }]],
    ['all was', [due()], 100, [{ id: 'a', proven: 100, state: 'paid', finding: null }]],
    ['a part was', [due()], 40, [{ id: 'a', proven: 40, state: 'open', finding: null }]],
    ['more was', [due()], 130, [{ id: 'a', proven: 130, state: 'paid', finding: 'paid-too-much' }]],
    ['it is a debt', [due({ deferred: true })], 0, [{ id: 'a', proven: 0, state: 'deferred', finding: null }]],
    ['a debt was paid', [due({ deferred: true })], 100, [{ id: 'a', proven: 100, state: 'paid', finding: null }]],
    ['it is exempt', [due({ exempt: 100, remaining: 0 })], 0, [{ id: 'a', proven: 0, state: 'paid', finding: null }]],
    [
      'their word and the proof are the same money',
      [due({ paid: 100, remaining: 0 })],
      100,
      [{ id: 'a', proven: 100, state: 'paid', finding: null }],
    ],
    [
      'their amounts do not agree',
      [due({ exempt: 10 })],
      0,
      [{ id: 'a', proven: 0, state: 'open', finding: 'does-not-add-up' }],
    ],
    [
      'two dues are paid in their order, whatever order they are read in',
      [second, due()],
      120,
      [
        { id: 'a', proven: 100, state: 'paid', finding: null },
        { id: 'b', proven: 20, state: 'open', finding: null },
      ],
    ],
    [
      'what is too much is seen at the last',
      [due(), second],
      160,
      [
        { id: 'a', proven: 100, state: 'paid', finding: null },
        { id: 'b', proven: 60, state: 'paid', finding: 'paid-too-much' },
      ],
    ],
  ])('%s', (_what, dues, proven, expected) => {
    expect(judgeDues(dues, proven)).toEqual(expected);
  });

  it('no đồng of a proof is lost, and nothing is left below nothing', () => {
    const vnd = fc.integer({ min: 0, max: 1_000_000_000_000 });
    const dues = fc
      .array(fc.record({ due: vnd, exempt: vnd, paid: vnd, remaining: vnd, deferred: fc.boolean() }), {
        minLength: 1,
        maxLength: 6,
      })
      .map((all) => all.map((each, place) => due({ ...each, id: `d${place}`, place })));
    fc.assert(
      fc.property(dues, vnd, (all, proven) => {
        const judged = judgeDues(all, proven);
        expect(judged.reduce((sum, each) => sum + each.proven, 0)).toBe(proven);
        for (const each of all) {
          const stands = judged.find(({ id }) => id === each.id);
          const left = remainingOf({ ...each, proven: stands?.proven ?? 0 });
          expect(left).toBeGreaterThanOrEqual(0);
          expect(stands?.state === 'paid').toBe(left === 0);
        }
      }),
    );
  });
});
