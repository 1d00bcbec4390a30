import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cursorOf, pageFrom, positionOf } from './paging.ts';
import { Refused } from './problem.ts';

const shape = z.tuple([z.number(), z.string()]);

describe('a cursor', () => {
  it('brings back the position it was made of', () => {
    const position: [number, string] = [1669860000000, 'H02.15.03-221201-Đ/1'];
    expect(cursorOf(position)).toMatch(/^[\w-]+$/);
    expect(positionOf(cursorOf(position), shape)).toEqual(position);
    expect(positionOf(undefined, shape)).toBeUndefined();
  });

  it.each(['', '?', 'AAAA', cursorOf([1]), cursorOf(['1', 'x']), `${cursorOf([1, 'x'])}!`, '%%%'])(
    '%j is refused',
    (text) => {
      expect(() => positionOf(text, shape)).toThrow(Refused);
    },
  );

  it('is there exactly when more follows', () => {
    const page = (rows: number[]) =>
      pageFrom(
        rows,
        2,
        (row) => row * 10,
        (row) => [row, 'x'],
      );
    expect(page([1, 2, 3])).toEqual({ items: [10, 20], nextCursor: cursorOf([2, 'x']) });
    expect(page([1, 2])).toEqual({ items: [10, 20], nextCursor: null });
    expect(page([])).toEqual({ items: [], nextCursor: null });
  });
});
