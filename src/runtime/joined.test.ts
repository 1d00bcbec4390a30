import { expect, it } from 'vitest';
import { joined } from './joined.ts';

it('takes what each brings, and refuses what two bring', () => {
  expect([...joined('a watch', [new Map([['a/x', 1]]), undefined, new Map([['b/x', 2]])])]).toEqual([
    ['a/x', 1],
    ['b/x', 2],
  ]);
  expect(() => joined('a watch', [new Map([['a/x', 1]]), new Map([['a/x', 2]])])).toThrow(
    'two rooms bring a watch for a/x',
  );
});
