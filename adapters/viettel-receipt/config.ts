import { z } from 'zod';
import { base64Of } from '../kit/base64.ts';
import { utf8 } from '../kit/bytes.ts';
import { httpAddress } from '../kit/config.ts';

const given = z.string().min(1, 'is required').max(200, 'has 200 characters at most');

/** `VIETTEL_RECEIPT_*`, prefix removed. */
export const viettelConfig = z
  .object({
    /** Of the interface; `/InvoiceAPI/…` lies below it. */
    URL: httpAddress(),
    USERNAME: given.refine((text) => !text.includes(':'), 'must hold no colon'),
    PASSWORD: given,
    /** Of the issuing unit. */
    TAX_CODE: z.string().regex(/^[0-9-]{10,14}$/, 'must be 10 to 14 digits and dashes'),
    TEMPLATE: given,
    SERIES: given,
    /** First part of a template, such as 01BLP. */
    TYPE: z.string().min(1).max(20).default('01BLP'),
  })
  .transform((raw) => ({
    url: raw.URL,
    username: raw.USERNAME,
    password: raw.PASSWORD,
    taxCode: raw.TAX_CODE,
    template: raw.TEMPLATE,
    series: raw.SERIES,
    type: raw.TYPE,
  }));

export type ViettelConfig = z.output<typeof viettelConfig>;

/** Basic [assumed]. */
export const credentials = ({ username, password }: ViettelConfig): string => base64Of(utf8(`${username}:${password}`));

export const secretsOf = (config: ViettelConfig): readonly string[] => [
  credentials(config),
  config.password,
  encodeURIComponent(config.password),
];
