import { z } from 'zod';
import { pemBlocks, trustedCertificates } from '../kit/certificate.ts';
import { httpAddress } from '../kit/config.ts';

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
const isCertificates = (text: string): boolean => readable(() => trustedCertificates(text));

const given = (longest: number) => z.string().min(1, 'is required').max(longest, `has ${longest} characters at most`);

/** `TAX_*`, prefix removed. */
export const taxConfig = z
  .object({
    /** Every question is posted there. */
    URL: httpAddress(),
    SENDER_CODE: given(50),
    SENDER_NAME: given(200),
    /** Of the WS-Security token. */
    USERNAME: given(200),
    PASSWORD: given(200),
    SIGNING_KEY: z.string().refine(isOneKey, 'must be one RSA key in PEM, "BEGIN PRIVATE KEY" (PKCS#8)'),
    SIGNING_CERT: z.string().refine(isCertificates, 'must be a certificate in PEM'),
    /** The gateway's; each is trusted as it is, and none beyond its time. */
    TRUSTED_CERTS: z.string().refine(isCertificates, 'must be certificates in PEM'),
    /** SecurityKey of what the portal pushes; without one every push is refused. */
    SECURITY_KEY: z.string().max(500, 'has 500 characters at most').default(''),
  })
  .transform((raw) => ({
    url: raw.URL,
    senderCode: raw.SENDER_CODE,
    senderName: raw.SENDER_NAME,
    username: raw.USERNAME,
    password: raw.PASSWORD,
    signingKey: raw.SIGNING_KEY,
    signingCert: raw.SIGNING_CERT,
    trustedCerts: raw.TRUSTED_CERTS,
    securityKey: raw.SECURITY_KEY,
  }));

export type TaxConfig = z.output<typeof taxConfig>;
