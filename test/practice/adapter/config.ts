import { z } from 'zod';
import { commaList, httpAddress } from '../../../adapters/kit/config.ts';

/** `PRACTICE_*`, prefix removed. */
export const practiceConfig = z
  .object({
    URL: httpAddress(),
    USERNAME: z.string().min(1, 'is required'),
    PASSWORD: z.string().min(1, 'is required'),
    /** Key of the signature under what the bureau tells. */
    SIGNING_KEY: z.string().min(1, 'is required'),
    /** Comma list of addresses or CIDR blocks that may ask us; empty refuses everyone. */
    ALLOW: commaList,
  })
  .transform((raw) => ({
    url: raw.URL,
    username: raw.USERNAME,
    password: raw.PASSWORD,
    signingKey: raw.SIGNING_KEY,
    allow: raw.ALLOW,
  }));

export type PracticeConfig = z.output<typeof practiceConfig>;
