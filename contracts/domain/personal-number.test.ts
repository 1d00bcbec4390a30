import { expect, it } from 'vitest';
import { holdsNumber, holdsNumberInAWord } from './personal-number.ts';

it.each([
  '024000000123',
  'của ông 024 000 000 123',
  '012,345,678,901',
  '012/345/678/901',
  '(091) 234-5678',
  '012*345*678',
  '0\u0301' + '12345678',
  '０９１２３４５６７８',
  '٠٩١٢٣٤٥٦٧٨',
  'số 0912.345.678, ngày 01/02/2026',
])('%s could be the number of somebody', (text) => {
  expect(holdsNumber(text)).toBe(true);
  expect(holdsNumberInAWord(text)).toBe(true);
});

it.each([
  'bảo trì',
  'hạn 31.12.2025 8 giờ',
  '01-02-2025 10:30',
  'từ 01/02/2026 đến 15/02/2026',
  '2026-11-29 23:59',
  'công văn 123/QĐ-UBND ngày 29.11.2026',
  '12345678',
])('%s holds none', (text) => {
  expect(holdsNumber(text)).toBe(false);
});
