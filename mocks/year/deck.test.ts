import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom, seedOf } from '../kit/random.ts';
import { apportion, Deck, Wheel } from './deck.ts';

test('a deck gives each kind exactly as often as asked, in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40), { minLength: 1, maxLength: 12 }), fc.integer(), (counts, seed) => {
      const deck = new Deck(counts);
      const random = seededRandom(seed);
      const drawn = counts.map(() => 0);
      while (deck.left > 0) {
        const kind = deck.draw(random);
        drawn[kind] = (drawn[kind] ?? 0) + 1;
      }
      expect(drawn).toEqual(counts);
      expect(() => deck.draw(random)).toThrow(RangeError);
    }),
  );
});

test('apportioned parts sum to the whole and stray less than one from their exact share', () => {
  fc.assert(
    fc.property(
      fc.nat(100_000),
      fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 20 }),
      (total, weights) => {
        const parts = apportion(total, weights);
        const sum = weights.reduce((all, weight) => all + weight, 0);
        expect(parts.reduce((all, part) => all + part, 0)).toBe(total);
        parts.forEach(
          (part, index) => void expect(Math.abs(part - (total * (weights[index] ?? 0)) / sum)).toBeLessThan(1),
        );
      },
    ),
  );
});

test('a wheel never draws what has no weight', () => {
  const random = seededRandom(3);
  const wheel = new Wheel(['a', 'b', 'c'], (item) => (item === 'b' ? 0 : 1));
  expect(new Set(Array.from({ length: 200 }, () => wheel.spin(random)))).toEqual(new Set(['a', 'c']));
});

test('random: the same seed repeats, neighbours differ, values fill [0, 1)', () => {
  const take = (seed: number): number[] => Array.from({ length: 2_000 }, seededRandom(seed).next);
  expect(take(1)).toEqual(take(1));
  expect(take(1)[0]).not.toBeCloseTo(take(2)[0] ?? 0, 2);
  const mean = take(5).reduce((sum, value) => sum + value, 0) / 2_000;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
  expect(new Set(Array.from({ length: 10_000 }, (_, n) => seedOf(1, n))).size).toBeGreaterThan(9_990);
});
