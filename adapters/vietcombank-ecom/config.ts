import { z } from 'zod';
import { bytesOf } from '../kit/base64.ts';
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

/** `VIETCOMBANK_ECOM_*`, prefix removed. */
export const ecomConfig = z
  .object({
    /** Every call is posted there. */
    URL: httpAddress(),
    /** PartnerId. */
    PARTNER: z.string().min(1, 'is required').max(50, 'has 50 characters at most'),
    AES_KEY: z.string().refine((text) => bytesOf(text)?.length === 32, 'must be 32 bytes in base64'),
    SIGNING_KEY: z.string().refine(isOneKey, 'must be one RSA key in PEM, "BEGIN PRIVATE KEY" (PKCS#8)'),
    /** The bank's; each is trusted as it is, and none beyond its time. */
    TRUSTED_CERTS: z
      .string()
      .refine((text) => readable(() => trustedCertificates(text)), 'must be certificates in PEM'),
  })
  .transform((raw) => ({
    url: raw.URL,
    partner: raw.PARTNER,
    aesKey: raw.AES_KEY,
    signingKey: raw.SIGNING_KEY,
    trustedCerts: raw.TRUSTED_CERTS,
  }));

export type EcomConfig = z.output<typeof ecomConfig>;
