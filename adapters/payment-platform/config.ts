import { z } from 'zod';
import { commaList, httpAddress } from '../kit/config.ts';
import { DELIMITER } from '../kit/delimiter.ts';

/** `PAYMENT_PLATFORM_*`, prefix removed. */
export const platformConfig = z
  .object({
    /** Every message is posted there, and a receipt's link is re-based onto its host. */
    URL: httpAddress(),
    /** MaDoiTac: the partner in whose name the province speaks. */
    PARTNER: z
      .string()
      .min(1, 'is required')
      .max(50, 'has 50 characters at most')
      .refine((text) => !text.includes(DELIMITER), `must not hold ${DELIMITER}`),
    SECRET: z.string().min(1, 'is required'),
    /** Comma list of addresses or CIDR blocks that may look bills up; empty refuses everyone. */
    ALLOW: commaList,
    /** INIT's Ip where nobody told where the payer's browser is. */
    IP: z.union([z.ipv4(), z.ipv6()], { error: 'must be an IP address' }).optional(),
  })
  .transform((raw) => ({
    url: raw.URL,
    partner: raw.PARTNER,
    secret: raw.SECRET,
    allow: raw.ALLOW,
    ip: raw.IP,
  }));

export type PlatformConfig = z.output<typeof platformConfig>;
