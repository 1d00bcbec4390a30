import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSameText } from './same-text.ts';

it('is true of equal texts and of no others', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => isSameText(a, b) === (a === b)));
  fc.assert(fc.property(fc.string(), (a) => isSameText(a, `${a}`.slice())));
  expect(isSameText('abc', 'abd')).toBe(false);
  expect(isSameText('abc', 'xbc')).toBe(false);
  expect(isSameText('', '')).toBe(true);
});
