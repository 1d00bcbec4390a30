import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, withoutSecrets } from './text.ts';

describe('cut', () => {
  it('is never longer than asked, is a beginning of the text, and leaves short texts alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 0, max: 50 }), (text, maximum) => {
        const whole = text.normalize('NFC').trim();
        const short = cut(text, maximum);
        expect([...short].length).toBeLessThanOrEqual(maximum);
        expect(whole.startsWith(short)).toBe(true);
        expect(short).toBe(short.trim());
        if ([...whole].length <= maximum) expect(short).toBe(whole);
        // No half of a surrogate pair is left over.
        expect(short.isWellFormed()).toBe(whole.isWellFormed() || short.isWellFormed());
        if (whole.isWellFormed()) expect(short.isWellFormed()).toBe(true);
      }),
    );
  });

  it('counts letters as people do, composed', () => {
    expect(cut('Lệ phí hộ tịch'.normalize('NFD'), 6)).toBe('Lệ phí');
    expect(cut('𠮷𠮷𠮷', 2)).toBe('𠮷𠮷');
    expect(cut(null, 5)).toBe('');
  });
});

it('takes our secrets out of their words (I6)', () => {
  expect(withoutSecrets('bad session "abc-123" for pass"word', ['abc-123', 'pass"word'])).toBe(
    'bad session "***" for ***',
  );
  expect(withoutSecrets('{"password":"pass\\"word"}', ['pass"word'])).toBe('{"password":"***"}');
});
