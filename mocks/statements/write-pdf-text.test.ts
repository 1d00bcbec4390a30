import { expect, test } from 'vitest';
import { amountOf, dollars, dong } from './sample.ts';
import { writePdfText } from './write-pdf-text.ts';

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test('each entry is its day, number, amount and balance, and pieces of 38 to 42 characters', () => {
  const lines = textOf(writePdfText(dong)).split('\n');
  let balance = dong.opening;
  let credits = 0;
  let at = 0;
  lines.forEach((line, index) => {
    if (!/^\d{2}\/12\/2022$/.test(line)) return;
    const entry = dong.lines[at];
    at += 1;
    expect(lines[index + 1]).toBe(entry?.documentNumber);
    const [amount = '', after = ''] = (lines[index + 2] ?? '').split(' ');
    expect(amount).toMatch(/^\d{1,3}(\.\d{3})*$/);
    if (amountOf(after) > balance) credits += amountOf(amount);
    expect(Math.abs(amountOf(after) - balance)).toBe(amountOf(amount));
    balance = amountOf(after);
    let told = '';
    for (let next = index + 3; told.length < (entry?.narrative.length ?? 0); next += 1) {
      const piece = lines[next] ?? '';
      told += piece;
      if (told !== entry?.narrative) expect(piece.length >= 38 && piece.length <= 42).toBe(true);
    }
    expect(told).toBe(entry?.narrative);
  });
  expect([at, balance, credits]).toEqual([dong.lines.length, dong.closing, dong.credits]);
});

test('every page has its foot, and the same seed breaks the same', () => {
  const text = textOf(writePdfText(dong, 4));
  const feet = [...text.matchAll(/^Page (\d+) of (\d+)$/gm)];
  expect(feet.length).toBeGreaterThan(3);
  expect(feet.map(([, page]) => Number(page))).toEqual(feet.map((_, at) => at + 1));
  expect(new Set(feet.map(([, , pages]) => Number(pages)))).toEqual(new Set([feet.length]));
  expect(textOf(writePdfText(dong, 4))).toBe(text);
  expect(textOf(writePdfText(dong, 5))).not.toBe(text);
});

test('some reference is broken between its digits, and cents follow a comma', () => {
  expect(textOf(writePdfText(dong))).toMatch(/LT\d{1,11}\n\d+/i);
  expect(textOf(writePdfText(dollars))).toMatch(/^[\d.]+,\d\d [\d.]+,\d\d$/m);
});
