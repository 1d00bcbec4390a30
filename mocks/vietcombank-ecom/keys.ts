import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { selfSigned } from './certificate.ts';

/** What the bank and its partner hold; made anew by every simulator, because none is published. */
export interface Keys {
  /** 32 bytes in base64, known to both. */
  readonly aesSecret: string;
  /** PEM: what the bank signs with, and the certificate by which that is verified. */
  readonly bankSecretKey: string;
  readonly bankCertificate: string;
  /** PEM: what the partner signs with, and its certificate as the bank has it. */
  readonly partnerSecretKey: string;
  readonly partnerCertificate: string;
}

const DAY = 24 * 3_600_000;

/** A key pair with a certificate from a day ago until in ten years. */
export function certifiedPair(commonName: string, now: number): { readonly key: string; readonly certificate: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const words = { commonName, from: now - DAY, until: now + 3_650 * DAY };
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: selfSigned(publicKey, privateKey, words),
  };
}

export function freshKeys(now: number): Keys {
  const bank = certifiedPair('Bank (simulated)', now);
  const partner = certifiedPair('Partner (simulated)', now);
  return {
    aesSecret: randomBytes(32).toString('base64'),
    bankSecretKey: bank.key,
    bankCertificate: bank.certificate,
    partnerSecretKey: partner.key,
    partnerCertificate: partner.certificate,
  };
}

const isWhole = (keys: Partial<Keys>): keys is Keys =>
  [keys.aesSecret, keys.bankSecretKey, keys.bankCertificate, keys.partnerSecretKey, keys.partnerCertificate].every(
    (each) => each !== undefined,
  );

/** Those given, and fresh ones for the rest. Making keys stops the process for a moment, so that none is made in vain. */
export const keysFrom = (given: Partial<Keys>, now: number): Keys =>
  isWhole(given) ? given : { ...freshKeys(now), ...given };
