import { z } from 'zod';
import { httpAddress } from '../kit/config.ts';
import { signingCertificate, signingKey, trustedCerts } from '../kit/pem.ts';

const given = (longest: number) => z.string().max(longest, `has ${longest} characters at most`).optional();

/** What their gateway is asked with: all of it, or none where a province only takes what the portal pushes. */
const ASKED_WITH = [
  ...(['SENDER_CODE', 'SENDER_NAME', 'USERNAME', 'PASSWORD', 'SIGNING_KEY', 'SIGNING_CERT', 'TRUSTED_CERTS'] as const),
];

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
    SIGNING_KEY: signingKey().optional(),
    SIGNING_CERT: signingCertificate().optional(),
    /** The gateway's; each is trusted as it is, and none beyond its time. */
    TRUSTED_CERTS: trustedCerts().optional(),
    /** SecurityKey of what the portal pushes; without one every push is refused. */
    SECURITY_KEY: z.string().max(500, 'has 500 characters at most').default(''),
  })
  .superRefine((raw, context) => {
    if (ASKED_WITH.every((name) => !raw[name])) return;
    for (const name of ASKED_WITH)
      if (!raw[name]) context.addIssue({ code: 'custom', path: [name], message: 'is required' });
  })
  .transform((raw) => ({
    url: raw.URL,
    senderCode: raw.SENDER_CODE ?? '',
    senderName: raw.SENDER_NAME ?? '',
    username: raw.USERNAME ?? '',
    password: raw.PASSWORD ?? '',
    signingKey: raw.SIGNING_KEY ?? '',
    signingCert: raw.SIGNING_CERT ?? '',
    trustedCerts: raw.TRUSTED_CERTS ?? '',
    securityKey: raw.SECURITY_KEY,
  }));

export type TaxConfig = z.output<typeof taxConfig>;
