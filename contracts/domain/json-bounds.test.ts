import fc from 'fast-check';
import { expect, it } from 'vitest';
import { beyondBounds } from './json-bounds.ts';

const bounds = { depth: 5, members: 4, values: 12 };
const beyond = (value: unknown) => beyondBounds(typeof value === 'string' ? value : JSON.stringify(value), bounds);

it.each<[string, string | undefined]>([
  ['[[[[[1]]]]]', undefined],
  ['[[[[[[1]]]]]]', 'is nested deeper than 5 levels'],
  ['{"a":[{"a":[{"a":[]}]}]}', 'is nested deeper than 5 levels'],
  ['[[],[],[],[[]]]', undefined],
  ['{"a":1,"b":2,"c":3,"d":{"a":1,"b":2,"c":3,"d":4}}', undefined],
  ['{"a":1,"b":2,"c":3,"d":4,"e":5}', 'holds an object of more than 4 members'],
  ['[{"a":[1,2,3,4,5,6],"b":2,"c":3,"d":4,"e":5}]', 'holds an object of more than 4 members'],
  ['[1,2,3,4,5,6,7,8,9,10,11,12]', undefined],
  ['[1,2,3,4,5,6,7,8,9,10,11,12,13]', 'holds more than 12 values'],
  ['[[],[],[],[],[],[],[]]', 'holds more than 12 values'],
  ['"[[[[[[[,,,,,,,,,,,,,,{{{{{{{"', undefined],
  [String.raw`{"\\":"\"[[[[[[[[","a\\\"{{{{{{{":1}`, undefined],
  [String.raw`["\\",[[[[[[0]]]]]]`, 'is nested deeper than 5 levels'],
  ['"[[[[[[[[', undefined],
  [']]]]]]}}}', undefined],
  ['', undefined],
])('%s', (json, words) => {
  expect(beyond(json)).toBe(words);
});

it('says yes of what is far below each bound and no of what is above one, whatever texts stand in it', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
  const membersOf = (value: unknown): number =>
    typeof value === 'object' && value !== null
      ? Math.max(Array.isArray(value) ? 0 : Object.keys(value).length, ...Object.values(value).map(membersOf))
      : 0;
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      const wide = Number.POSITIVE_INFINITY;
      const text = JSON.stringify(value);
      expect(beyondBounds(text, { depth: 3, members: wide, values: wide }) !== undefined).toBe(depthOf(value) > 3);
      expect(beyondBounds(text, { depth: wide, members: 2, values: wide }) !== undefined).toBe(membersOf(value) > 2);
    }),
  );
});

it.each([
  ['deep', '['.repeat(4_000_000)],
  ['many', `[${'0,'.repeat(2_000_000)}0]`],
  ['a text of quotes', JSON.stringify('"'.repeat(2_000_000))],
  ['a text of backslashes', JSON.stringify('\\'.repeat(2_000_000))],
  ['open texts', '"\\'.repeat(2_000_000)],
])('%s: costs no more than its length, and stops at the first breach', (_name, json) => {
  const began = performance.now();
  beyondBounds(json, { depth: 64, members: 1_000, values: 10_000_000 });
  expect(performance.now() - began).toBeLessThan(2_000);
});
