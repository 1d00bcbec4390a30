import { createPrivateKey, hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { freshKeys } from '../../mocks/vietcombank-ecom/keys.ts';
import { aesCbc } from '../../test/kit/aes-by-hand.ts';
import { bytesOf } from '../kit/base64.ts';
import { utf8 } from '../kit/bytes.ts';
import { decrypted, encrypted, isTheirs, signed } from './envelope.ts';

const NOW = Date.UTC(2026, 10, 30);
const made = freshKeys(NOW);
const keys = { aesKey: made.aesSecret, signingKey: made.bankSecretKey, trustedCerts: made.bankCertificate };
const texts = ['DEMO03', 'LT123456789092', 'Thành công'];

/** RSASSA-PKCS1-v1_5 with SHA-1 by plain arithmetic (RFC 8017 8.2.1, 9.2). */
function signedByHand(pem: string, text: string): string {
  const { n = '', d = '' } = createPrivateKey(pem).export({ format: 'jwk' });
  const number = (base64url: string) => BigInt(`0x${Buffer.from(base64url, 'base64url').toString('hex')}`);
  const digest = `3021300906052b0e03021a05000414${hash('sha1', text)}`;
  const padded = `0001${'ff'.repeat(256 - 3 - digest.length / 2)}00${digest}`;
  const modulus = number(n);
  let [result, base, exponent] = [1n, BigInt(`0x${padded}`), number(d)];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return Buffer.from(result.toString(16).padStart(512, '0'), 'hex').toString('base64');
}

describe('the formulas, made apart from this code', () => {
  it('RSA-SHA1 over the texts with nothing between them', async () => {
    expect(await signed(keys, texts)).toBe(signedByHand(made.bankSecretKey, texts.join('')));
  });

  it.each(['', 'a', '{"amount":"50000"}', '0123456789abcdef', 'Thành công, năm mươi nghìn đồng'])(
    'AES-256-CBC with an IV of zeros and PKCS#5 padding: %s',
    async (text) => {
      const key = bytesOf(made.aesSecret) ?? new Uint8Array();
      const data = Buffer.from(aesCbc(key, utf8(text))).toString('base64');
      expect(await encrypted(keys, text)).toBe(data);
      expect(await decrypted(keys, data)).toBe(text);
    },
  );

  it('the AES above is that of FIPS 197 C.3', () => {
    const key = Uint8Array.from({ length: 32 }, (_, at) => at);
    const block = Uint8Array.from({ length: 16 }, (_, at) => at * 0x11);
    expect(Buffer.from(aesCbc(key, block)).subarray(0, 16).toString('hex')).toBe('8ea2b7ca516745bfeafc49904b496089');
  });
});

describe('who made a signature', () => {
  it('one of the certificates, within its time', async () => {
    const signature = await signed(keys, texts);
    expect(await isTheirs(keys, texts, signature, NOW)).toBe(true);
    const both = { ...keys, trustedCerts: made.partnerCertificate + made.bankCertificate };
    expect(await isTheirs(both, texts, signature, NOW)).toBe(true);
  });

  it('never an expired one, nor one of the future', async () => {
    const signature = await signed(keys, texts);
    for (const days of [-2, 3_651]) {
      expect(await isTheirs(keys, texts, signature, NOW + days * 86_400_000)).toBe(false);
    }
  });

  it('nobody else, and none without a certificate', async () => {
    const signature = await signed(keys, texts);
    for (const trustedCerts of [made.partnerCertificate, '', 'nonsense']) {
      expect(await isTheirs({ ...keys, trustedCerts }, texts, signature, NOW)).toBe(false);
    }
  });

  it('not for other texts, nor with any byte of it changed', async () => {
    const signature = await signed(keys, texts);
    expect(await isTheirs(keys, ['DEMO04', ...texts.slice(1)], signature, NOW)).toBe(false);
    for (const other of ['', 'AAAA', 'not base64', `${signature}AAAA`, signature.slice(4)]) {
      expect(await isTheirs(keys, texts, other, NOW)).toBe(false);
    }
    const bytes = Buffer.from(signature, 'base64');
    for (let at = 0; at < bytes.length; at += 17) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await isTheirs(keys, texts, changed.toString('base64'), NOW)).toBe(false);
    }
  });
});

it('opens nothing that is not of its key, or no text', async () => {
  const other = { ...keys, aesKey: Buffer.alloc(32, 1).toString('base64') };
  expect(await decrypted(other, await encrypted(keys, '{"amount":"50000"}'))).toBeUndefined();
  for (const data of ['', 'AAAA', 'not base64', Buffer.alloc(16).toString('base64')]) {
    expect(await decrypted(keys, data)).toBeUndefined();
  }
});
