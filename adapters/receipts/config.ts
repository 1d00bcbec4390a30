import { z } from 'zod';
import { httpAddress } from '../kit/config.ts';

const optional = z.string().max(200, 'has 200 characters at most').optional();
const given = z.string().min(1, 'is required').max(200, 'has 200 characters at most');

/** `RECEIPTS_*`, prefix removed. */
export const receiptsConfig = z
  .object({
    /** Services (vnpt) or `/InvoiceAPI/…` (viettel) lie below it. */
    URL: httpAddress(),
    KIND: z.enum(['vnpt', 'viettel']),
    /** Of the service (vnpt), of the interface (viettel). */
    USERNAME: given,
    PASSWORD: given,
    /** Of the member of staff in whose name receipts are issued: Account, ACpass (vnpt). */
    ACCOUNT: optional,
    ACCOUNT_PASSWORD: optional,
    /** Mẫu số: pattern, templateCode. */
    PATTERN: given,
    /** Ký hiệu: serial, invoiceSeries. */
    SERIAL: given,
    /** The issuing unit's: ComTaxCode, supplierTaxCode. */
    TAX_CODE: z
      .string()
      .regex(/^[0-9-]{10,14}$/, 'must be 10 to 14 digits and dashes')
      .optional(),
    /** invoiceType, the first part of a form (viettel). */
    TYPE: z.string().min(1).max(20, 'has 20 characters at most').default('01BLP'),
  })
  .superRefine((raw, context) => {
    const needs = raw.KIND === 'vnpt' ? (['ACCOUNT', 'ACCOUNT_PASSWORD'] as const) : (['TAX_CODE'] as const);
    for (const name of needs)
      if (!raw[name]) context.addIssue({ code: 'custom', path: [name], message: 'is required' });
    if (raw.KIND === 'viettel' && raw.USERNAME.includes(':'))
      context.addIssue({ code: 'custom', path: ['USERNAME'], message: 'must hold no colon' });
  })
  .transform((raw) => ({
    url: raw.URL,
    kind: raw.KIND,
    username: raw.USERNAME,
    password: raw.PASSWORD,
    account: raw.ACCOUNT ?? '',
    accountPassword: raw.ACCOUNT_PASSWORD ?? '',
    pattern: raw.PATTERN,
    serial: raw.SERIAL,
    taxCode: raw.TAX_CODE ?? '',
    type: raw.TYPE,
  }));

export type ReceiptsConfig = z.output<typeof receiptsConfig>;
