import { z } from 'zod';
import { httpAddress } from '../kit/config.ts';
import { xmlText } from '../kit/xml.ts';

const given = z.string().min(1, 'is required').max(200, 'has 200 characters at most');

/** `VNPT_RECEIPT_*`, prefix removed. */
export const vnptConfig = z
  .object({
    /** The services lie below it. */
    URL: httpAddress(),
    /** Of the member of staff in whose name receipts are issued: Account, ACpass. */
    ACCOUNT: given,
    PASSWORD: given,
    /** Of the service. */
    USERNAME: given,
    SERVICE_PASSWORD: given,
    PATTERN: given,
    SERIAL: given,
    /** The issuing unit's, ComTaxCode; without it the field is empty. */
    TAX_CODE: z.string().max(20, 'has 20 characters at most').default(''),
  })
  .transform((raw) => ({
    url: raw.URL,
    account: raw.ACCOUNT,
    password: raw.PASSWORD,
    username: raw.USERNAME,
    servicePassword: raw.SERVICE_PASSWORD,
    pattern: raw.PATTERN,
    serial: raw.SERIAL,
    taxCode: raw.TAX_CODE,
  }));

export type VnptConfig = z.output<typeof vnptConfig>;

/** As they were sent, which is how an error repeats them. */
export const secretsOf = ({ password, servicePassword }: VnptConfig): readonly string[] =>
  [password, servicePassword].flatMap((secret) => [xmlText(secret), secret]);
