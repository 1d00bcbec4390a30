import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { checksum, creditSignature, formIn } from './seals.ts';

/** The vector of WIRE.md 6.2. */
const VECTOR = {
  merchant_site_code: '101',
  order_code: '000.00.01.H02-250601-0001',
  order_description: 'Le phi ho so',
  amount: '50000',
  currency: 'VND',
  buyer_fullname: 'Nguyen Van A',
  buyer_email: 'a@example.vn',
  buyer_mobile: '0900000000',
  buyer_address: 'Bac Giang',
  return_url: 'https://x.example/r',
  cancel_url: 'https://x.example/c',
  notify_url: 'https://x.example/n',
  language: 'vi',
};

test('CreateOrder has the published checksum; time_limit and extras are not in it', () => {
  const sum = '07f2f087b299178563d51f132eff8377';
  expect(checksum('CreateOrder', VECTOR, 'demo-pass')).toBe(sum);
  const more = { ...VECTOR, time_limit: '2026-12-01T00:00:00+07:00', bank_code: 'VCB', customer_field: 'x' };
  expect(checksum('CreateOrder', more, 'demo-pass')).toBe(sum);
  expect(checksum('CreateOrder', VECTOR, 'other')).not.toBe(sum);
});

test('questions have MD5, the list SHA-256, empty values keep their place', () => {
  const asked = { merchant_site_code: '101', token_code: 'T', order_code: 'C', page: '2', order_description: 'x' };
  expect(checksum('CheckOrder', asked, 'p')).toBe(hash('md5', '101|T|p'));
  expect(checksum('CheckOrderByOrderCode', asked, 'p')).toBe(hash('md5', '101|C|p'));
  expect(checksum('GetListOrder', asked, 'p')).toBe(hash('sha256', '101|C|T|||||2|p'));
});

test('a credit notice is signed by HMAC-SHA256 (RFC 4231, case 2)', () => {
  expect(creditSignature('what do ya want for nothing?', 'Jefe')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

test('a form is read as it was written', () => {
  expect(formIn('a=L%E1%BB%87+ph%C3%AD&b=')).toEqual({ a: 'Lệ phí', b: '' });
});
