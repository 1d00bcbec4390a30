import { expect, it } from 'vitest';
import { type DateForm, dayIn, dayOf } from './dates.ts';
import { reading } from './reading.ts';

it.each<readonly [DateForm, string, string | undefined]>([
  ['dd-MM-yyyy', '09-03-2022', '2022-03-09'],
  ['dd-MM-yyyy', '09-03-2022 10:20:30', '2022-03-09'],
  ['MM-dd-yyyy', '03-09-2022', '2022-03-09'],
  ['MM-dd-yyyy', '08-06-2021', '2021-08-06'],
  ['MM-dd-yyyy', '31-12-2021', undefined],
  ['dd/MM/yyyy', '09/03/2022', '2022-03-09'],
  ['dd/MM/yyyy', '9/3/2022', '2022-03-09'],
  ['dd/MM/yyyy', '03/2022', undefined],
  ['yyyy-MM-dd', '2022-03-09 00:00:00.0', '2022-03-09'],
  ['yyyy-MM-dd', '2022-03-09', '2022-03-09'],
  ['yyyy-MM-dd', ' 2022-03-09T00:00:00 ', '2022-03-09'],
  ['yyyy-MM-dd', '2022-02-31', undefined],
  ['yyyy-MM-dd', '0001-01-01 00:00:00.0', undefined],
  ['yyyy-MM-dd', '09-03-2022', undefined],
  ['dd-MM-yyyy', '', undefined],
  ['dd-MM-yyyy', '09-03-22', undefined],
])('%s: %s is %s', (form, text, day) => {
  expect(dayIn(text, form)).toBe(day);
});

it('a field is read in its own forms; empty is none, anything else is said with its place', () => {
  const day = dayOf('yyyy-MM-dd', 'dd/MM/yyyy');
  expect(day('2022-03-09 00:00:00.0', '/HAN_NOP')).toBe('2022-03-09');
  expect(day('09/03/2022', '/HAN_NOP')).toBe('2022-03-09');
  expect(day('  ', '/HAN_NOP')).toBeNull();
  expect(day(undefined, '/HAN_NOP')).toBeNull();
  expect(reading(() => day('03-09-2022', '/HAN_NOP'))).toMatchObject({ kind: 'drift', path: '/HAN_NOP' });
});
