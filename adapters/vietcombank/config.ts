import { z } from 'zod';
import { httpAddress } from '../kit/config.ts';
import { DELIMITER } from '../kit/delimiter.ts';

/** `VIETCOMBANK_*`, prefix removed. */
export const vietcombankConfig = z
  .object({
    /** The host below which `/api/web/checkout/version_1_0/` lies. */
    URL: httpAddress(),
    /** merchant_site_code: the merchant in whose name the province speaks. */
    SITE_CODE: z
      .string()
      .min(1, 'is required')
      .refine((text) => !text.includes(DELIMITER), `must not hold ${DELIMITER}`),
    PASSCODE: z.string().min(1, 'is required'),
    /** Under which credit notices are signed; without it every one is refused. */
    NOTICE_SECRET: z.string().min(1).optional(),
    /** The office's own, said of a payer who told none; without them such a field goes out empty. */
    OFFICE_EMAIL: z.email('must be a mail address').optional(),
    OFFICE_MOBILE: z
      .string()
      .regex(/^\+?\d{8,19}$/, 'must be a phone number')
      .optional(),
    OFFICE_ADDRESS: z.string().min(1).optional(),
  })
  .transform((raw) => ({
    url: raw.URL,
    siteCode: raw.SITE_CODE,
    passcode: raw.PASSCODE,
    noticeSecret: raw.NOTICE_SECRET,
    office: { email: raw.OFFICE_EMAIL, mobile: raw.OFFICE_MOBILE, address: raw.OFFICE_ADDRESS },
  }));

export type VietcombankConfig = z.output<typeof vietcombankConfig>;
