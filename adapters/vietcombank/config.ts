import { z } from 'zod';
import type { BeneficiaryAccount } from '../../contracts/domain/payment.ts';
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
    /** Who gets the money where the register of units is silent. */
    ACCOUNT: z
      .string()
      .regex(/^[0-9A-Za-z]{4,19}$/, 'must be an account number')
      .optional(),
    ACCOUNT_NAME: z.string().min(1).optional(),
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
  .refine(({ ACCOUNT, ACCOUNT_NAME }) => (ACCOUNT === undefined) === (ACCOUNT_NAME === undefined), {
    path: ['ACCOUNT_NAME'],
    error: 'goes with ACCOUNT, and ACCOUNT with it',
  })
  .transform((raw) => ({
    url: raw.URL,
    siteCode: raw.SITE_CODE,
    passcode: raw.PASSCODE,
    noticeSecret: raw.NOTICE_SECRET,
    office: { email: raw.OFFICE_EMAIL, mobile: raw.OFFICE_MOBILE, address: raw.OFFICE_ADDRESS },
    beneficiary: beneficiaryOf(raw.ACCOUNT, raw.ACCOUNT_NAME),
  }));

/** Vietcombank's number among the banks (WIRE.md 6.1). */
const BANK_BIN = '970436';

function beneficiaryOf(accountNumber?: string, accountName?: string): BeneficiaryAccount | undefined {
  if (accountNumber === undefined || accountName === undefined) return undefined;
  return { bankBin: BANK_BIN, accountNumber, accountName, treasuryAccount: null, chapter: null, subItem: null };
}

/** `beneficiary` is the account of the province where no unit has one of its own; undefined where none is configured. */
export type VietcombankConfig = z.output<typeof vietcombankConfig>;
