import { describe, expect, it } from 'vitest';
import { keyOf, linesLeft } from './order.ts';

const line = (code: string, amountVnd: number) => ({ code, name: code, kind: 'fee' as const, amountVnd });
const lines = [line('a', 20_000), line('b', 30_000), line('c', 5_000)];
const brief = (left: number) => linesLeft(lines, left).map(({ code, amountVnd }) => [code, amountVnd]);

describe('what is left of a payment', () => {
  it('is all of it where nothing went back', () => {
    expect(linesLeft(lines, 55_000)).toEqual(lines);
  });
  it('leaves out the one line of exactly the sum that went back', () => {
    expect(brief(35_000)).toEqual([
      ['b', 30_000],
      ['c', 5_000],
    ]);
    expect(brief(50_000)).toEqual([
      ['a', 20_000],
      ['b', 30_000],
    ]);
  });
  it.each([1, 1_999, 19_999, 20_001, 40_000, 54_999])(
    'of %i đồng adds up, the first lines standing longest',
    (left) => {
      const some = linesLeft(lines, left);
      expect(some.reduce((sum, { amountVnd }) => sum + amountVnd, 0)).toBe(left);
      expect(some.every(({ amountVnd }) => amountVnd > 0)).toBe(true);
      expect(some[0]?.code).toBe('a');
    },
  );
});

it('keys are of the letters and the length that services take', () => {
  for (const n of [1, 2, 99]) expect(keyOf('LT123456789092', n)).toMatch(/^[A-Za-z0-9-]{10,36}$/);
  expect(keyOf('LT123456789092', 1)).not.toBe(keyOf('LT123456789092', 2));
});
