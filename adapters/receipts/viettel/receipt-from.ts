import type { ReceiptIssued } from '../../../contracts/domain/receipt.ts';
import type { ReceiptsConfig } from '../config.ts';

/** Form and series are those under which we issue. */
export const receiptFrom = (
  { pattern: form, serial: series }: ReceiptsConfig,
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
