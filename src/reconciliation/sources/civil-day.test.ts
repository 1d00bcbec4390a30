import { expect, it } from 'vitest';
import { civilDay } from './civil-day.ts';

it('knows the days that the calendar has', () => {
  expect(civilDay(2026, 3, 5)).toBe('2026-03-05');
  expect(civilDay(2024, 2, 29)).toBe('2024-02-29');
  expect(civilDay(2000, 2, 29)).toBe('2000-02-29');
  for (const [year, month, day] of [
    [2026, 2, 29],
    [2100, 2, 29],
    [2026, 4, 31],
    [2026, 0, 1],
    [2026, 13, 1],
    [2026, 1, 0],
    [1899, 1, 1],
    [Number.NaN, 1, 1],
  ] as const)
    expect(civilDay(year, month, day)).toBeUndefined();
});
