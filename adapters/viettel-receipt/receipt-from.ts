import type { ReceiptIssued } from '../../contracts/domain/receipt.ts';
import type { ViettelConfig } from './config.ts';

/** Form and series are those under which we issue. */
export const receiptFrom = (
  { template: form, series }: ViettelConfig,
  key: string,
  said: { readonly invoiceNo: string; readonly reservationCode: string; readonly codeOfTax: string },
): ReceiptIssued => ({
  key,
  number: said.invoiceNo,
  form,
  series,
  lookupCode: said.reservationCode || null,
  taxAuthorityCode: said.codeOfTax || null,
});
