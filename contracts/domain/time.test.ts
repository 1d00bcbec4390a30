import { expect, it } from 'vitest';
import { vietnamTime, vietnamTimeOrNull } from './time.ts';

const AT = Date.parse('2022-12-01T02:15:00Z');

it('shows a moment in Vietnamese time, milliseconds where there are any', () => {
  expect(vietnamTime(AT)).toBe('2022-12-01T09:15:00+07:00');
  expect(vietnamTime(AT + 5)).toBe('2022-12-01T09:15:00.005+07:00');
});

it('shows no moment as null, and the beginning of the epoch as a moment', () => {
  expect(vietnamTimeOrNull(AT)).toBe(vietnamTime(AT));
  expect(vietnamTimeOrNull(0)).toBe('1970-01-01T07:00:00+07:00');
  expect([vietnamTimeOrNull(null), vietnamTimeOrNull(undefined)]).toEqual([null, null]);
});
