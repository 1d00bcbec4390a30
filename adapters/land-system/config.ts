import { z } from 'zod';
import { commaList, httpAddress } from '../kit/config.ts';
import { kinds } from './kinds.ts';
import { isTimeZone } from './their-time.ts';

const given = z.string().max(1000, 'has 1000 characters at most').optional();

/** `LAND_SYSTEM_*`, prefix removed. */
export const landConfig = z
  .object({
    /** Its calls lie below it. */
    URL: httpAddress(),
    KIND: z.enum(['vbdlis', 'ilis']),
    USERNAME: given,
    PASSWORD: given,
    CLIENT_ID: given,
    CLIENT_SECRET: given,
    /** `securityCode` of what they tell us: theirs to choose, so that any length is taken. */
    SECURITY_CODE: given.refine((code) => code !== '', 'must not be empty'),
    /** Comma list of addresses or CIDR blocks that may tell us something where there is no SECURITY_CODE; empty refuses everyone. */
    ALLOW: commaList,
    /** Of their times without an offset; that of its kind unless told otherwise. */
    TIME_ZONE: z.string().refine(isTimeZone, 'must be an IANA time zone such as Asia/Ho_Chi_Minh or UTC').optional(),
  })
  .superRefine((raw, context) => {
    for (const name of kinds[raw.KIND].needs)
      if (!raw[name]) context.addIssue({ code: 'custom', path: [name], message: 'is required' });
  })
  .transform((raw) => ({
    url: raw.URL,
    kind: raw.KIND,
    username: raw.USERNAME ?? '',
    password: raw.PASSWORD ?? '',
    clientId: raw.CLIENT_ID ?? '',
    clientSecret: raw.CLIENT_SECRET ?? '',
    securityCode: raw.SECURITY_CODE ?? '',
    allow: raw.ALLOW,
    timeZone: raw.TIME_ZONE ?? kinds[raw.KIND].timeZone,
  }));

export type LandConfig = z.output<typeof landConfig>;

/** As they stand, and as a form writes them. */
export const secretsOf = ({ password, clientSecret, securityCode }: LandConfig): readonly string[] =>
  [password, clientSecret, securityCode]
    .filter((secret) => secret !== '')
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ secret }).toString().slice('secret='.length),
    ]);
