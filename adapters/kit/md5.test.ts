import { expect, it } from 'vitest';
import { md5Of } from './md5.ts';

it('is MD5 (RFC 1321), of a text as UTF-8', () => {
  expect(md5Of('')).toBe('d41d8cd98f00b204e9800998ecf8427e');
  expect(md5Of('message digest')).toBe('f96b697d7cb7938d525a2f31aaf161d0');
  expect(md5Of('Lệ phí')).not.toBe(md5Of('Le phi'));
});
