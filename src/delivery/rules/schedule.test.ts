import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { triesIn, waitMs } from './schedule.ts';

const schedule = fc.array(fc.integer({ min: 1, max: 10_800_000 }), { minLength: 1, maxLength: 8 });
const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

describe('the wait before a further try', () => {
  it('stays below the bound of its try, and never comes before what they asked for', () => {
    fc.assert(
      fc.property(
        schedule,
        fc.integer({ min: 0, max: 20 }),
        chance,
        fc.nat(7_200_000),
        (bounds, tries, random, after) => {
          const wait = waitMs(bounds, tries, random, after);
          const bound = bounds[Math.min(Math.max(tries - 1, 0), bounds.length - 1)] ?? 0;
          expect(wait).toBeGreaterThanOrEqual(Math.max(1, after));
          expect(wait).toBeLessThanOrEqual(Math.max(bound, after, 1));
        },
      ),
    );
  });

  it('grows with chance, and its bound with the tries of a growing schedule', () => {
    fc.assert(
      fc.property(schedule, fc.integer({ min: 1, max: 9 }), chance, chance, (bounds, tries, a, b) => {
        const growing = bounds.toSorted((x, y) => x - y);
        expect(waitMs(growing, tries, Math.max(a, b))).toBeGreaterThanOrEqual(waitMs(growing, tries, Math.min(a, b)));
        expect(waitMs(growing, tries + 1, a)).toBeGreaterThanOrEqual(waitMs(growing, tries, a));
      }),
    );
  });

  it('uses the whole of what lies below the bound: full jitter', () => {
    expect(waitMs([5_000], 1, 0)).toBe(1);
    expect(waitMs([5_000], 1, 0.5)).toBe(2_500);
    expect(waitMs([5_000, 15_000], 2, 0.999_999)).toBe(15_000);
    expect(waitMs([5_000, 15_000], 99, 0.5)).toBe(7_500);
  });
});

describe('tries that a time stands for', () => {
  it('grow with it, from one to the end of the schedule', () => {
    const bounds = [1_000, 10_000, 100_000];
    expect([0, 400, 600, 5_400, 5_600, 55_600, 9_000_000].map((ms) => triesIn(bounds, ms))).toEqual([
      1, 1, 2, 2, 3, 4, 4,
    ]);
  });
});
