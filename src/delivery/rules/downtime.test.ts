import { describe, expect, it } from 'vitest';
import { downtimeEnd } from './downtime.ts';

const at = (text: string) => Date.parse(text);
const night = { days: [], from: '22:00', to: '05:30' };

describe('announced downtime, in Vietnamese time', () => {
  it.each([
    ['2026-06-01T21:59:59+07:00', undefined],
    ['2026-06-01T22:00:00+07:00', '2026-06-02T05:30:00+07:00'],
    ['2026-06-02T00:00:00+07:00', '2026-06-02T05:30:00+07:00'],
    ['2026-06-02T05:29:59+07:00', '2026-06-02T05:30:00+07:00'],
    ['2026-06-02T05:30:00+07:00', undefined],
    // The same moments, written elsewhere in the world.
    ['2026-06-01T15:00:00Z', '2026-06-02T05:30:00+07:00'],
    ['2026-06-01T22:30:00Z', undefined],
  ])('across midnight: at %s it ends %s', (now, end) => {
    expect(downtimeEnd([night], at(now))).toBe(end && at(end));
  });

  it('belongs to the day it begins on', () => {
    const sunday = [{ days: [0], from: '23:00', to: '02:00' }];
    expect(downtimeEnd(sunday, at('2026-06-07T23:30:00+07:00'))).toBe(at('2026-06-08T02:00:00+07:00'));
    expect(downtimeEnd(sunday, at('2026-06-08T01:00:00+07:00'))).toBe(at('2026-06-08T02:00:00+07:00'));
    expect(downtimeEnd(sunday, at('2026-06-07T01:00:00+07:00'))).toBeUndefined();
    expect(downtimeEnd(sunday, at('2026-06-08T23:30:00+07:00'))).toBeUndefined();
  });

  it('lasts a whole day where it ends as it begins, and as long as the longest of several', () => {
    expect(downtimeEnd([{ days: [], from: '08:00', to: '08:00' }], at('2026-06-01T07:00:00+07:00'))).toBe(
      at('2026-06-01T08:00:00+07:00'),
    );
    expect(downtimeEnd([night, { days: [], from: '23:00', to: '06:00' }], at('2026-06-01T23:30:00+07:00'))).toBe(
      at('2026-06-02T06:00:00+07:00'),
    );
  });

  it('is none where none is announced', () => {
    expect(downtimeEnd([], at('2026-06-01T00:00:00+07:00'))).toBeUndefined();
  });
});
