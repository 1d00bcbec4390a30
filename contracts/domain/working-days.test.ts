import { expect, it } from 'vitest';
import { isWorkingDay, workingDayBefore, workingDaysBetween } from './working-days.ts';

it.each([
  ['2022-12-01', true],
  ['2022-12-03', false],
  ['2022-02-01', false],
  ['2022-05-03', false],
  ['2026-02-20', false],
  ['2026-02-23', true],
  ['2025-04-26', true],
  ['2030-09-02', false],
])('%s is worked: %s', (day, worked) => {
  expect(isWorkingDay(day)).toBe(worked);
});

it('working days between two days leave out week ends and Tết', () => {
  expect(workingDaysBetween('2022-12-02', '2022-12-05')).toBe(1);
  expect(workingDaysBetween('2022-01-28', '2022-02-07')).toBe(1);
  expect(workingDaysBetween('2022-12-05', '2022-12-05')).toBe(0);
  expect(workingDaysBetween('2022-12-05', '2022-12-01')).toBe(0);
});

it('the working day before a day leaves out week ends and Tết, and takes a Saturday that is worked', () => {
  expect(workingDayBefore('2022-12-06')).toBe('2022-12-05');
  expect(workingDayBefore('2022-12-05')).toBe('2022-12-02');
  expect(workingDayBefore('2022-12-04')).toBe('2022-12-02');
  expect(workingDayBefore('2022-02-07')).toBe('2022-01-28');
  expect(workingDayBefore('2025-04-28')).toBe('2025-04-26');
});
