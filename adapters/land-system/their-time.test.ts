import { describe, expect, it } from 'vitest';
import { fromTheirTime, isTimeZone } from './their-time.ts';

const VIETNAM = 'Asia/Ho_Chi_Minh';

describe('a time of theirs', () => {
  it.each([
    ['2025-06-02T08:30:15', '2025-06-02T08:30:15+07:00'],
    ['2025-06-02 08:30:15', '2025-06-02T08:30:15+07:00'],
    ['2025-06-02T08:30', '2025-06-02T08:30:00+07:00'],
    ['2025-06-02', '2025-06-02T23:59:59+07:00'],
    ['2025-06-02T08:30:15.1234567', '2025-06-02T08:30:15.123+07:00'],
    ['2025-06-02T01:30:15Z', '2025-06-02T08:30:15+07:00'],
    ['2025-06-01T18:30:15-07:00', '2025-06-02T08:30:15+07:00'],
    ['2025-06-02T08:30:15 +0700', '2025-06-02T08:30:15+07:00'],
    ['02/06/2025 08:30:15', '2025-06-02T08:30:15+07:00'],
    ['2/6/2025 8:30', '2025-06-02T08:30:00+07:00'],
    ['02/06/2025', '2025-06-02T23:59:59+07:00'],
    ['02/06/2025 00:00', '2025-06-02T00:00:00+07:00'],
    ['2025-06-02T00:00:00', '2025-06-02T00:00:00+07:00'],
    ['/Date(0)/', '1970-01-01T07:00:00+07:00'],
    [1_748_827_815_000, '2025-06-02T08:30:15+07:00'],
    [1_748_827_815, '2025-06-02T08:30:15+07:00'],
    ['1748827815000', '2025-06-02T08:30:15+07:00'],
    ['/Date(1748827815000)/', '2025-06-02T08:30:15+07:00'],
    ['/Date(1748827815000+0700)/', '2025-06-02T08:30:15+07:00'],
  ])('%s', (given, expected) => {
    expect(fromTheirTime(given, VIETNAM)).toBe(expected);
  });

  it.each([
    ...[null, undefined, '', '  ', '0001-01-01T00:00:00', '01/01/0001 00:00:00', '1/1/0001'],
    ...['/Date(-62135596800000)/', '/Date(-62135596800000+0700)/', '/Date(-2208988800001)/'],
  ])('%j is none', (given) => {
    expect(fromTheirTime(given, VIETNAM)).toBeNull();
  });

  it.each([
    'hôm qua',
    '2025-02-31',
    '31/02/2025',
    '2025-06-02T24:00:00',
    '2025-06-02T08:60:00',
    '13/13/2025',
    '2025-06-02T08:30:15+15:00',
    '2025-06-02T08:30:15+07:75',
    '20250602083015',
    '9999-12-31',
    '1899-12-31T00:00:00',
    '/Date(99999999999999)/',
    '/Date(999999999999999)/',
    0,
    -1,
    1.5,
    Number.NaN,
    Number.MAX_VALUE,
  ])('%s is no time, and bent into none', (given) => {
    expect(fromTheirTime(given, VIETNAM)).toBeUndefined();
  });

  it('without an offset is of the declared zone, summer time and all', () => {
    expect(fromTheirTime('2025-06-02T01:30:15', 'UTC')).toBe('2025-06-02T08:30:15+07:00');
    expect(fromTheirTime('02/06/2025 18:30:15', 'UTC')).toBe('2025-06-03T01:30:15+07:00');
    expect(fromTheirTime('2025-06-02T03:30:15', 'Europe/Paris')).toBe('2025-06-02T08:30:15+07:00');
    expect(fromTheirTime('2025-12-02T02:30:15', 'Europe/Paris')).toBe('2025-12-02T08:30:15+07:00');
    // Skipped in spring; twice in autumn, and the earlier is taken.
    expect(fromTheirTime('2025-03-30T02:30:00', 'Europe/Paris')).toBeUndefined();
    expect(fromTheirTime('2025-10-26T02:30:00', 'Europe/Paris')).toBe('2025-10-26T07:30:00+07:00');
    expect(fromTheirTime('2025-06-02T01:30:15Z', 'Europe/Paris')).toBe('2025-06-02T08:30:15+07:00');
  });

  it('a zone is one that is known', () => {
    for (const zone of [VIETNAM, 'UTC', 'Europe/Paris']) expect(isTimeZone(zone)).toBe(true);
    for (const zone of ['', 'Hanoi', 'Asia/Hanoi', 'x'.repeat(10_000)]) expect(isTimeZone(zone)).toBe(false);
  });
});
