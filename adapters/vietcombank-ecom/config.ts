import { z } from 'zod';
import { bytesOf } from '../kit/base64.ts';
import { httpAddress } from '../kit/config.ts';
import { signingKey, trustedCerts } from '../kit/pem.ts';

/** `VIETCOMBANK_ECOM_*`, prefix removed. */
export const ecomConfig = z
  .object({
    /** Every call is posted there. */
    URL: httpAddress(),
    /** PartnerId. */
    PARTNER: z.string().min(1, 'is required').max(50, 'has 50 characters at most'),
    AES_KEY: z.string().refine((text) => bytesOf(text)?.length === 32, 'must be 32 bytes in base64'),
    SIGNING_KEY: signingKey(),
    /** The bank's; each is trusted as it is, and none beyond its time. */
    TRUSTED_CERTS: trustedCerts(),
  })
  .transform((raw) => ({
    url: raw.URL,
    partner: raw.PARTNER,
    aesKey: raw.AES_KEY,
    signingKey: raw.SIGNING_KEY,
    trustedCerts: raw.TRUSTED_CERTS,
  }));

export type EcomConfig = z.output<typeof ecomConfig>;
