import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { certifiedPair } from '../../mocks/vietcombank-ecom/keys.ts';
import { goodAt, pemBlocks, trustedCertificates } from './certificate.ts';

const NOW = Date.UTC(2026, 10, 30);
const DAY = 86_400_000;
const { certificate, key } = certifiedPair('Bank', NOW);
const later = certifiedPair('Later', Date.UTC(2055, 0, 2)).certificate;

it('reads key and time as another reader does', () => {
  for (const pem of [certificate, later]) {
    const other = new X509Certificate(pem);
    const [read] = trustedCertificates(pem);
    const spki = other.publicKey.export({ type: 'spki', format: 'der' });
    expect(Buffer.from(read?.publicKey ?? [])).toEqual(spki);
    expect(read?.from).toBe(new Date(other.validFrom).getTime());
    expect(read?.serial).toBe(other.serialNumber.toLowerCase());
    expect(read?.subject).toBe(other.subject);
    expect(Buffer.from(read?.der ?? [])).toEqual(other.raw);
    expect(read?.until).toBe(new Date(other.validTo).getTime());
  }
});

it('reads several, with other text between, on one line too', () => {
  expect(trustedCertificates(`# one\n${certificate}\n# two\n${later}`)).toHaveLength(2);
  expect(trustedCertificates(certificate.replaceAll('\n', '\\n'))).toHaveLength(1);
});

it('is good from its first to its last moment', () => {
  const [read] = trustedCertificates(certificate);
  const { from = 0, until = 0 } = read ?? {};
  const good = (wall: number) => goodAt(trustedCertificates(certificate), wall).length;
  expect([from, until]).toEqual([NOW - DAY, NOW + 3_650 * DAY]);
  expect([from - 1, from, until, until + 1].map(good)).toEqual([0, 1, 1, 0]);
});

it('refuses what is none', () => {
  const [der = new Uint8Array()] = pemBlocks(certificate, 'CERTIFICATE');
  const pem = (bytes: Uint8Array): string =>
    `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString('base64')}\n-----END CERTIFICATE-----`;
  for (const text of [
    '',
    'x',
    key,
    pem(new Uint8Array()),
    pem(Uint8Array.of(0x30, 0x80)),
    pem(Uint8Array.of(0x30, 0)),
  ]) {
    expect(() => trustedCertificates(text)).toThrow();
  }
  for (let length = 1; length < der.length; length += 13) {
    expect(() => trustedCertificates(pem(der.slice(0, length)))).toThrow();
  }
});
