import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decrypted, encrypted, isSigned, noticeText, signed } from './envelope.ts';
import { certifiedPair, freshKeys } from './keys.ts';
import { soapAnswer, soapCall, soapText } from './soap.ts';

const NOW = Date.UTC(2026, 10, 30);
const keys = freshKeys(NOW);

describe('the certificate', () => {
  test('is read and verified by others, names its time and its key', () => {
    const read = new X509Certificate(keys.bankCertificate);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.subject).toBe('CN=Bank (simulated)');
    expect(new Date(read.validFrom).getTime()).toBe(NOW - 86_400_000);
    expect(new Date(read.validTo).getTime()).toBe(NOW + 3_650 * 86_400_000);
  });

  test('is of its time beyond 2049 too', () => {
    const { certificate } = certifiedPair('Later', Date.UTC(2055, 0, 2));
    expect(new Date(new X509Certificate(certificate).validFrom).toISOString()).toBe('2055-01-01T00:00:00.000Z');
  });
});

test('Data opens under its key alone', () => {
  const data = encrypted({ amount: '50000', errDesc: 'Thành công' }, keys.aesSecret);
  expect(decrypted(data, keys.aesSecret)).toEqual({ amount: '50000', errDesc: 'Thành công' });
  expect(decrypted(data, Buffer.alloc(32).toString('base64'))).toBeUndefined();
  expect(decrypted('no', keys.aesSecret)).toBeUndefined();
});

test('a signature covers the texts joined, and is of one key', () => {
  const signature = signed(['DEMO03', 'LT-1', 'abc'], keys.bankSecretKey);
  expect(isSigned(['DEMO03', 'LT-1', 'abc'], signature, keys.bankCertificate)).toBe(true);
  expect(isSigned(['DEMO03', 'LT-2', 'abc'], signature, keys.bankCertificate)).toBe(false);
  expect(isSigned(['DEMO03', 'LT-1', 'abc'], signature, keys.partnerCertificate)).toBe(false);
});

test('a notice is base64 of its JSON', () => {
  const text = noticeText('LT-1', { errCode: '00' }, keys.aesSecret, keys.bankSecretKey);
  expect(Object.keys(JSON.parse(Buffer.from(text, 'base64').toString()))).toEqual([
    'PartnerTranId',
    'Data',
    'Signature',
  ]);
});

test('SOAP carries its text whole', () => {
  const json = '{"a":"<&>\\"ế"}';
  expect(soapText(soapCall('query', json))).toEqual({ name: 'query', text: json });
  expect(soapText(soapAnswer('query', json))).toEqual({ name: 'queryResponse', text: json });
  expect(soapText('<a/>')).toBeUndefined();
});
