import { expect, it } from 'vitest';
import { inText, textOf, utf8 } from './bytes.ts';

it('text goes out and comes back as UTF-8', () => {
  expect(textOf(utf8('Thành công'))).toBe('Thành công');
  expect(inText({ status: 200, headers: {}, body: utf8('đồng') })).toEqual({ status: 200, headers: {}, body: 'đồng' });
});

it('a byte order mark is dropped, and what is no UTF-8 shows as such', () => {
  expect(textOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d))).toBe('{}');
  expect(textOf(Uint8Array.of(0x61, 0xff, 0x62))).toBe('a\uFFFDb');
});
