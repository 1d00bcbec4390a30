import { expect, it } from 'vitest';
import { BUCKETS_AT_MOST, createRateLimiter } from './rate-limit.ts';

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
  const { take, clock } = limiter();
  const a = () => take('public', 'a', 1);
  expect([a(), a(), a()]).toEqual([0, 0, 1]);
  expect(take('public', 'b', 1)).toBe(0);
  clock.now += 1_000;
  expect([a(), a()]).toEqual([0, 1]);
});

it('a clock that goes back locks nobody out, though it is only asked', () => {
  const { take, clock } = limiter();
  const a = () => take('public', 'a', 0.5);
  expect([a(), a()]).toEqual([0, 2]);
  clock.now -= 3_600_000;
  expect(a()).toBe(2);
  clock.now += 2_000;
  expect(a()).toBe(0);
});

it('what is given back is there again, and never more than two seconds of it', () => {
  const { take, giveBack } = limiter();
  const a = () => take('guess', 'a', 1);
  expect([a(), a(), a()]).toEqual([0, 0, 1]);
  giveBack('guess', 'a', 1);
  expect([a(), a()]).toEqual([0, 1]);
  for (let n = 0; n < 9; n++) giveBack('guess', 'a', 1);
  giveBack('guess', 'nobody', 1);
  expect([a(), a(), a()]).toEqual([0, 0, 1]);
  expect([1, 2, 3].map(() => take('guess', 'nobody', 1))).toEqual([0, 0, 1]);
});

it('keeps so many buckets and no more; a flood of others empties nobody else, nor another kind', () => {
  const { take } = limiter();
  const spend = (kind: 'guess' | 'principal', who: string) => {
    while (take(kind, who, 1) === 0);
  };
  spend('principal', 'p');
  spend('guess', 'busy');
  spend('guess', 'idle');
  for (let n = 1; n < 2 * BUCKETS_AT_MOST; n++) {
    take('guess', `flood ${n}`, 1);
    if (n % 1_000 === 0) expect(take('guess', 'busy', 1), `after ${n}`).toBe(1);
  }
  // The one that nobody asked for is forgotten: it starts full, as it would be by now. The busy one never was.
  expect(take('guess', 'idle', 1)).toBe(0);
  expect(take('guess', 'busy', 1)).toBe(1);
  expect(take('principal', 'p', 1)).toBe(1);
});
