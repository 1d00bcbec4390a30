import { expect, it } from 'vitest';
import { utf8 } from '../../adapters/kit/bytes.ts';
import { fromBase64 } from '../crypto/bytes.ts';
import { beginningOf, rawOf } from './raw.ts';

const raw = (body: Uint8Array) => rawOf({ method: 'POST', query: { a: '1' }, body });

it('text is kept as text, a byte order mark with it', () => {
  expect(raw(utf8('\uFEFFđồng'))).toEqual({ method: 'POST', query: { a: '1' }, body: '\uFEFFđồng' });
});

it('what is no UTF-8 is kept to the byte', () => {
  const every = Uint8Array.from({ length: 256 }, (_, n) => n);
  const kept = raw(every);
  expect('bodyBase64' in kept && fromBase64(kept.bodyBase64)).toEqual(every);
});

it('the beginning of a text ends with a whole character, and of other bytes where it is cut', () => {
  for (const text of ['đồng', 'aaaaaaaaa', '𠀀𠀀', '']) {
    for (let bytes = 1; bytes < 12; bytes++) {
      const kept = beginningOf(utf8(text), bytes);
      expect(kept.length).toBeLessThanOrEqual(bytes);
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(bytes, utf8(text).length) - 3);
      expect(raw(kept)).toHaveProperty('body');
    }
  }
  expect(beginningOf(new Uint8Array(20).fill(0x80), 10)).toHaveLength(10);
});
