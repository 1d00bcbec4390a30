import { expect, it } from 'vitest';
import { createRateLimiter } from './rate-limit.ts';

function limiter() {
  const clock = { now: 1_669_860_900_000 };
  const platform = {
    wall: () => 0,
    steady: () => clock.now,
    random: () => 0,
    bytes: (n: number) => new Uint8Array(n),
    after: () => () => {},
  };
  return { clock, ...createRateLimiter(platform) };
}

it('two seconds of the rate at once, then one after another, each by itself', () => {
  const { take, waitOf, clock } = limiter();
  expect([take('a', 1), take('a', 1), take('a', 1)]).toEqual([0, 0, 1]);
  expect([waitOf('a', 1), waitOf('b', 1), take('b', 1)]).toEqual([1, 0, 0]);
  clock.now += 1_000;
  expect([take('a', 1), take('a', 1)]).toEqual([0, 1]);
});

it('a clock that goes back locks nobody out, though it is only asked', () => {
  const { take, waitOf, clock } = limiter();
  take('a', 0.5);
  expect(waitOf('a', 0.5)).toBe(2);
  clock.now -= 3_600_000;
  expect(waitOf('a', 0.5)).toBe(2);
  clock.now += 2_000;
  expect(waitOf('a', 0.5)).toBe(0);
});
