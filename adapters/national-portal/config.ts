import { z } from 'zod';
import { commaList, httpAddress } from '../kit/config.ts';

/** `NATIONAL_PORTAL_*`, prefix removed. A secret is never part of an error: zod names the variable, not its value. */
export const portalConfig = z
  .object({
    URL: httpAddress('must be an http(s) address up to and including …/RestService/forward'),
    USERNAME: z.string().min(1, 'is required'),
    PASSWORD: z.string().min(1, 'is required'),
    /** `madonvi`: the unit in whose name the province speaks. */
    UNIT: z.string().min(1, 'is required'),
    /** X-Road address of the provider, `INSTANCE:CLASS:MEMBER:SUBSYSTEM`; left out where the adapter in between adds it. */
    DSTCODE: z.string().optional(),
    DSTCODE_IN: z.enum(['query', 'header']).default('query'),
    /** Comma list of addresses or CIDR blocks that may call us; empty refuses everyone. */
    ALLOW: commaList,
  })
  .transform((raw) => ({
    url: raw.URL,
    username: raw.USERNAME,
    password: raw.PASSWORD,
    unit: raw.UNIT,
    dstcode: raw.DSTCODE?.trim() || undefined,
    dstcodeIn: raw.DSTCODE_IN,
    allow: raw.ALLOW,
  }));

export type PortalConfig = z.output<typeof portalConfig>;
