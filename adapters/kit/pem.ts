import { z } from 'zod';
import { pemBlocks, trustedCertificates } from './certificate.ts';

const readable = (read: () => unknown): boolean => {
  try {
    read();
    return true;
  } catch {
    return false;
  }
};
const isOneKey = (text: string): boolean =>
  readable(() => pemBlocks(text, 'PRIVATE KEY')) && pemBlocks(text, 'PRIVATE KEY').length === 1;
const areCertificates = (text: string): boolean => readable(() => trustedCertificates(text));
const isOneCertificate = (text: string): boolean => areCertificates(text) && trustedCertificates(text).length === 1;

/** What we sign with. */
export const signingKey = () => z.string().refine(isOneKey, 'must be one RSA key in PEM, "BEGIN PRIVATE KEY" (PKCS#8)');
/** Its certificate. */
export const signingCertificate = () => z.string().refine(isOneCertificate, 'must be one certificate in PEM');
/** A partner's; each is trusted as it is, and none beyond its time. */
export const trustedCerts = () => z.string().refine(areCertificates, 'must be certificates in PEM');
