import { expect, it } from 'vitest';
import { refilled, taken, untilTokenMs } from './token-bucket.ts';

const AT = 1_669_860_900_000;

it('fills at its rate, never beyond its burst', () => {
  const empty = { tokens: 0, at: AT };
  expect(refilled(empty, 4, 10, AT + 500)).toEqual({ tokens: 2, at: AT + 500 });
  expect(refilled(empty, 4, 10, AT + 60_000).tokens).toBe(10);
  expect(refilled({ tokens: 10, at: AT }, 4, 3, AT).tokens).toBe(3);
});

it('gives whole tokens only', () => {
  expect(taken({ tokens: 1.5, at: AT })).toEqual({ tokens: 0.5, at: AT });
  expect(taken({ tokens: 0.99, at: AT })).toBeUndefined();
});

it('a clock that goes back adds nothing, takes nothing, and does not stop the filling', () => {
  const back = refilled({ tokens: 0.5, at: AT }, 1, 2, AT - 3_600_000);
  expect(back).toEqual({ tokens: 0.5, at: AT - 3_600_000 });
  expect(refilled(back, 1, 2, AT - 3_600_000 + 500).tokens).toBe(1);
});

it('says when the next whole token comes, and not a moment too early', () => {
  expect(untilTokenMs(1, 5)).toBe(0);
  expect(untilTokenMs(0, 5)).toBe(200);
  expect(untilTokenMs(-2, 1)).toBe(3_000);
  for (const tokens of [0, 0.3, 0.7, 0.999])
    expect(refilled({ tokens, at: 0 }, 3, 10, untilTokenMs(tokens, 3)).tokens).toBeGreaterThanOrEqual(1);
});
