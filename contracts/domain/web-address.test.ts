import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asUri, webAddress } from './web-address.ts';

/** RFC 3986, appendix A, as far as `http` and `https` go. */
const PCHAR = "(?:[A-Za-z0-9\\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})";
const URI = new RegExp(
  `^https?://(?:(?:[A-Za-z0-9\\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*@)?(?:\\[[0-9A-Fa-f:.]+\\]|(?:[A-Za-z0-9\\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::[0-9]*)?(?:/${PCHAR}*)*(?:\\?(?:${PCHAR}|[/?])*)?(?:#(?:${PCHAR}|[/?])*)?$`,
  'i',
);

it.each([
  'javascript:alert(1)',
  'JAVASCRIPT:alert(1)//https://a.vn',
  'file:///etc/passwd',
  'C:\\ho-so\\a.pdf',
  'c:/a.pdf',
  'data:text/html,x',
  'ftp://a.vn/x',
  '//a.vn/x',
  '/x',
  'a.vn/x',
  'https:a.vn',
  'https:///a',
  'http://',
  'https:\\\\a.vn\\x',
  'https://a b.vn/x',
  'http://a<b>.vn/',
  'blob:https://a.vn/1',
  'vbscript:x',
  '\\\\may-chu\\a',
  'mailto:a@b.vn',
  '',
  ' ',
  'https://a.vn:x/',
  'http://[::1/',
  'https://a\\@b.vn/',
])('is no address of the web: %s', (given) => {
  expect(asUri(given)).toBeUndefined();
  expect(webAddress(4000).safeParse(given).success).toBe(false);
});

it.each([
  ['https://example.vn/tệp đính kèm.pdf', 'https://example.vn/t%E1%BB%87p%20%C4%91%C3%ADnh%20k%C3%A8m.pdf'],
  ['https://example.vn/tệp.pdf'.normalize('NFD'), 'https://example.vn/t%E1%BB%87p.pdf'],
  ['http://example.vn/a?x=[1]|2&y=100%', 'http://example.vn/a?x=%5B1%5D%7C2&y=100%25'],
  ['https://example.vn/a#b#c', 'https://example.vn/a#b%23c'],
  ['https://một-cửa.vn/x', 'https://xn--mt-ca-xqa7644f.vn/x'],
  ['https://example.vn/a\\b"c\td', 'https://example.vn/a%5Cb%22c%09d'],
])('%s is kept as %s', (given, kept) => {
  const uri = asUri(given);
  if (given.includes('một-cửa')) expect(uri).toBe(new URL(given).href);
  else expect(uri).toBe(kept);
  expect(uri).toMatch(URI);
});

it.each([
  'https://example.vn',
  'https://example.vn/a1',
  'http://10.0.0.1:8080/a%20b?c=%C4%91#d',
  'HTTPS://Example.VN/A',
  'http://[::1]:80/x',
  'https://a.vn/x?y=/?z',
])('a URI is kept byte for byte: %s', (given) => {
  expect(asUri(given)).toBe(given);
});

it('whatever is accepted is kept as a URI, and kept once it stays as it is', () => {
  const piece = fc.string({ unit: 'binary', maxLength: 12 });
  fc.assert(
    fc.property(piece, piece, fc.constantFrom('', '?', '#', '/'), (path, rest, sign) => {
      const uri = asUri(`https://example.vn/${path}${sign}${rest}`);
      if (uri === undefined) return;
      expect(uri).toMatch(URI);
      expect(URL.canParse(uri)).toBe(true);
      expect(asUri(uri)).toBe(uri);
    }),
  );
});
