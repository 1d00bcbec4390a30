import { expect, it } from 'vitest';
import { wholeNumber } from './whole-number.ts';

it.each([
  '',
  ' ',
  ' 5',
  '5 ',
  '+5',
  '-5',
  '0x10',
  '0b1',
  '0o7',
  '1e1',
  '1.0',
  '5.',
  '٣',
  '１',
  'NaN',
  'Infinity',
  '1_000',
  '1,000',
  '\n5',
  '99999999999999999',
  '9007199254740993',
])('is no whole number in decimal digits: %j', (given) => {
  expect(wholeNumber(0).safeParse(given).success).toBe(false);
});

it('is what its digits say, within its bounds', () => {
  expect(['0', '7', '007', '9007199254740991'].map((given) => wholeNumber(0).parse(given))).toEqual([
    0, 7, 7, 9007199254740991,
  ]);
  expect([wholeNumber(1, 500).safeParse('0').success, wholeNumber(1, 500).safeParse('501').success]).toEqual([
    false,
    false,
  ]);
});
