import { expect, it } from 'vitest';
import { amountInWords } from './amount-in-words.ts';

it.each([
  [0, 'Không'],
  [1, 'Một'],
  [4, 'Bốn'],
  [5, 'Năm'],
  [10, 'Mười'],
  [11, 'Mười một'],
  [14, 'Mười bốn'],
  [15, 'Mười lăm'],
  [20, 'Hai mươi'],
  [21, 'Hai mươi mốt'],
  [24, 'Hai mươi tư'],
  [25, 'Hai mươi lăm'],
  [91, 'Chín mươi mốt'],
  [100, 'Một trăm'],
  [101, 'Một trăm linh một'],
  [104, 'Một trăm linh bốn'],
  [105, 'Một trăm linh năm'],
  [110, 'Một trăm mười'],
  [115, 'Một trăm mười lăm'],
  [555, 'Năm trăm năm mươi lăm'],
  [1_000, 'Một nghìn'],
  [1_001, 'Một nghìn không trăm linh một'],
  [1_010, 'Một nghìn không trăm mười'],
  [8_000, 'Tám nghìn'],
  [15_000, 'Mười lăm nghìn'],
  [1_005_000, 'Một triệu không trăm linh năm nghìn'],
  [1_205_021, 'Một triệu hai trăm linh năm nghìn không trăm hai mươi mốt'],
  [1_000_005, 'Một triệu không trăm linh năm'],
  [1_000_000_000, 'Một tỷ'],
  [2_000_000_004, 'Hai tỷ không trăm linh bốn'],
  [1_000_000_000_000, 'Một nghìn tỷ'],
  [1_000_000_000_001, 'Một nghìn tỷ không trăm linh một'],
  [1_005_000_000_000, 'Một nghìn không trăm linh năm tỷ'],
  [24_000_001_000_000, 'Hai mươi tư nghìn tỷ không trăm linh một triệu'],
])('%d', (amount, words) => {
  expect(amountInWords(amount)).toBe(`${words} đồng`);
});

it('goes to the end of fifteen digits', () => {
  const group = 'chín trăm chín mươi chín';
  expect(amountInWords(999_999_999_999_999).toLowerCase()).toBe(
    `${group} nghìn ${group} tỷ ${group} triệu ${group} nghìn ${group} đồng`,
  );
});

it('reads back to the number that was said, for every thousand of two kinds', () => {
  const seen = new Set(Array.from({ length: 1_000 }, (_, n) => amountInWords(n)));
  expect(seen.size).toBe(1_000);
  for (const words of seen) expect(words).not.toMatch(/mươi (một|bốn|năm)|mười (mốt|tư|năm)|linh (lăm|mốt|tư)| {2}/);
});

it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1_000_000_000_000_000])('%d is no sum', (amount) => {
  expect(() => amountInWords(amount)).toThrow(RangeError);
});
