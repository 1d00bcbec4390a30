import { expect, it } from 'vitest';
import { sealedBytes } from '../../crypto/format.ts';
import { utf8Bytes } from '../../store/limits.ts';
import { fitsSealed, rawThatFits } from './what-fits.ts';

const limits = { textBytes: 10_000 };

it('of an answer that is too long the beginning is kept, and it takes half a text at most', () => {
  for (const unit of ['a', 'ữ', '🙂']) {
    const raw = unit.repeat(20_000);
    const kept = rawThatFits(raw, limits);
    expect(raw.startsWith(kept) && kept.length > 1_000).toBe(true);
    expect(sealedBytes(utf8Bytes(kept))).toBeLessThanOrEqual(5_000);
  }
  expect(rawThatFits('a'.repeat(3_700), limits)).toHaveLength(3_700);
});

it('two sealed texts and a raw answer lie beside one another', () => {
  expect([fitsSealed('a'.repeat(1_800), limits), fitsSealed('ữ'.repeat(1_800), limits)]).toEqual([true, false]);
  expect(sealedBytes(1_860)).toBeLessThan(2_600);
});
