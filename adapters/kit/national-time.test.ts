import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromNationalTime, fromSlashedTime, nationalTime } from './national-time.ts';

describe('national time', () => {
  it('is written in Vietnamese time whatever the offset given', () => {
    expect(nationalTime('2022-12-01T09:15:00+07:00')).toBe('20221201091500');
    expect(nationalTime('2022-12-01T02:15:00Z')).toBe('20221201091500');
    expect(nationalTime('2022-12-01T09:15+07:00')).toBe('20221201091500');
    expect(nationalTime('2022-12-01T09:15:30.250+07:00')).toBe('20221201091530');
    expect(nationalTime('2022-12-31T17:00:00.999Z')).toBe('20230101000000');
    expect(nationalTime(null)).toBe('');
    expect(nationalTime(undefined)).toBe('');
  });

  it('round-trips every second of three centuries', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1900, 0, 1) / 1000, max: Date.UTC(2199, 11, 31) / 1000 }), (second) => {
        const instant = new Date(second * 1000).toISOString();
        const wire = nationalTime(instant);
        expect(wire).toMatch(/^\d{14}$/);
        expect(Date.parse(fromNationalTime(wire) ?? '')).toBe(second * 1000);
      }),
    );
  });

  it('reads a day alone and the slashed form', () => {
    expect(fromNationalTime('20221201')).toBe('2022-12-01T00:00:00+07:00');
    expect(fromSlashedTime('01/12/2022 09:15:00')).toBe('2022-12-01T09:15:00+07:00');
    expect(fromSlashedTime('1/12/2022')).toBe('2022-12-01T00:00:00+07:00');
  });

  it.each([
    '20220231000000',
    '20221201250000',
    '20221301000000',
    '2022120',
    '',
    '2022-12-01',
    'abc',
    '00010101000000',
    '99991231235959',
  ])('refuses %j instead of bending it', (text) => expect(fromNationalTime(text)).toBeUndefined());

  it('refuses the 31st of February in the slashed form', () => {
    expect(fromSlashedTime('31/02/2022')).toBeUndefined();
    expect(fromSlashedTime('2022/12/01')).toBeUndefined();
  });
});
