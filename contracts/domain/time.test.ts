import { expect, it } from 'vitest';
import { beyondMs, instant, vietnamTime, vietnamTimeOrNull } from './time.ts';

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

it('knows the digits of a time beyond its milliseconds, in an order of their own', () => {
  const of = (fraction: string) => beyondMs(`2022-12-01T09:15:00${fraction}+07:00`);
  expect(['', '.1', '.123', '.123000', '.1234', '.123400', '.123456789'].map(of)).toEqual([
    '',
    '',
    '',
    '',
    '4',
    '4',
    '456789',
  ]);
  expect(of('.1230001') < of('.12301')).toBe(true);
});

it('a time is bounded: a second has no more digits than somebody can mean', () => {
  expect(instant.safeParse(`2022-12-01T09:15:00.${'1'.repeat(9)}+07:00`).success).toBe(true);
  expect(instant.safeParse(`2022-12-01T09:15:00.${'1'.repeat(1_000_000)}+07:00`).success).toBe(false);
});
