import { z } from 'zod';
import { httpAddress } from '../kit/config.ts';
import { signingCertificate, signingKey, trustedCerts } from '../kit/pem.ts';

/** `LAND_TAX_*`, prefix removed. */
export const landTaxConfig = z
  .object({
    /** Every message and every question is posted there. */
    URL: httpAddress(),
    /** `Authorization: Bearer …`. */
    TOKEN: z
      .string()
      .min(1, 'is required')
      .max(4_000, 'has 4000 characters at most')
      .regex(/^[\x21-\x7e]*$/, 'must be of visible ASCII characters'),
    SIGNING_KEY: signingKey(),
    SIGNING_CERT: signingCertificate(),
    /** The tax side's. Without them no signature under an answer is looked at; with them an answer needs a valid one. */
    TRUSTED_CERTS: trustedCerts().optional(),
    /** SENDER_CODE of the header; without it the field is empty. */
    SENDER: z.string().max(50, 'has 50 characters at most').default(''),
  })
  .transform((raw) => ({
    url: raw.URL,
    token: raw.TOKEN,
    signingKey: raw.SIGNING_KEY,
    signingCert: raw.SIGNING_CERT,
    trustedCerts: raw.TRUSTED_CERTS,
    sender: raw.SENDER,
  }));

export type LandTaxConfig = z.output<typeof landTaxConfig>;
