import { expect, it } from 'vitest';
import { circlesOf } from './circles.ts';

const circles = (imports: Readonly<Record<string, readonly string[]>>) => circlesOf(new Map(Object.entries(imports)));

it('finds none where imports run one way', () => {
  expect(circles({ a: ['b', 'c'], b: ['c'], c: ['d'] })).toEqual([]);
});

it('names a circle once, not once a file, and a file that imports itself', () => {
  expect(circles({ a: ['b'], b: ['c'], c: ['a'], d: ['d'], e: ['a'] })).toEqual([['a', 'b', 'c'], ['d']]);
});

it('leaves no file of a circle unnamed, where a shorter way round passes it by', () => {
  expect(circles({ a: ['b', 'c'], b: ['c'], c: ['a'] })).toEqual([
    ['a', 'c'],
    ['b', 'c', 'a'],
  ]);
});
