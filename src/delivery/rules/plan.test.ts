import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planCalls } from './plan.ts';

interface Item {
  readonly n: number;
  readonly key: string;
  readonly weight: number;
  readonly alone: boolean;
}
const plan = (items: readonly Item[], batchSize: number, maximumWeight = 10, batched = true) =>
  planCalls(items, {
    batch: batched
      ? { key: (input) => (input as Item).key, weight: (input) => (input as Item).weight, maximumWeight }
      : undefined,
    batchSize,
    input: (item) => item,
    alone: (item) => item.alone,
  });

const item = fc.record({
  key: fc.constantFrom('new', 'update'),
  weight: fc.integer({ min: 1, max: 6 }),
  alone: fc.boolean(),
});
const items = fc.array(item, { maxLength: 40 }).map((all): Item[] => all.map((each, n) => ({ ...each, n })));

describe('calls', () => {
  it('carry every item once, within all bounds, in order, suspects alone', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 2, max: 12 }), (all, batchSize) => {
        const calls = plan(all, batchSize);
        expect(
          calls
            .flat()
            .map(({ n }) => n)
            .toSorted((a, b) => a - b),
        ).toEqual(all.map(({ n }) => n));
        for (const call of calls) {
          expect(call.length).toBeGreaterThan(0);
          expect(call.length).toBeLessThanOrEqual(batchSize);
          expect(new Set(call.map(({ key }) => key)).size).toBe(1);
          if (call.some(({ alone }) => alone)) expect(call.length).toBe(1);
          if (call.length > 1) expect(call.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(10);
          expect(call.map(({ n }) => n)).toEqual(call.map(({ n }) => n).toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it('carry one each where the operation knows no batches, or the policy wants none', () => {
    const all = [1, 2, 3].map((n): Item => ({ n, key: 'new', weight: 1, alone: false }));
    expect(plan(all, 10, 10, false).length).toBe(3);
    expect(plan(all, 1).length).toBe(3);
    expect(plan(all, 10).length).toBe(1);
  });
});
