import { z } from 'zod';
import { asGiven } from '../../../contracts/domain/text.ts';
import { perhaps, perhapsWords, shortText, textual } from '../../kit/loose.ts';

/** The service's names (WIRE-2 2.8), and what nobody has published of them [assumed]. */

/** Where each is asked, below the address of the interface [assumed]. */
export const path = {
  create: (taxCode: string): string => `/InvoiceAPI/InvoiceWS/createInvoice/${encodeURIComponent(taxCode)}`,
  find: '/InvoiceAPI/InvoiceWS/searchInvoiceByTransactionUuid',
  file: '/InvoiceAPI/InvoiceUtilsWS/getInvoiceRepresentationFile',
  cancel: '/InvoiceAPI/InvoiceWS/cancelTransactionInvoice',
} as const;

/** `1` is an original; that a replacement is `3` is assumed. */
export const ADJUSTMENT = { original: '1', replacement: '3' } as const;
/** Cash and transfer; what is paid online is a transfer. */
export const PAYMENT = { cash: '6', transfer: '7', online: '7' } as const;
/** An identity card. */
export const ID_TYPE = '1';
/** No tax is reckoned. */
export const NO_TAX = -2;

/** Longest texts that they take. */
export const LONGEST = { name: 800, taxCode: 20, phone: 15, idNo: 20, itemName: 500, unitName: 300 } as const;

const text = shortText.min(1);

/** Of every answer. An error may come as errorCode and description, or as message and data beside an HTTP status [assumed]. */
export const envelope = z.object({
  errorCode: textual.nullish(),
  description: perhapsWords,
  message: perhapsWords,
  data: z.unknown().optional(),
  result: z.unknown().optional(),
  fileToBytes: z.unknown().optional(),
});

export const created = z.object({ invoiceNo: textual.pipe(text), reservationCode: perhaps, codeOfTax: perhaps });

/** Rows of a search; none for a key that they do not know. */
export const rows = z.array(z.unknown());
/** `status` is written in words [assumed]. */
export const row = z.object({
  invoiceNo: textual.pipe(text),
  reservationCode: perhaps,
  codeOfTax: perhaps,
  status: perhapsWords,
});

/** Base64 of a file of some megabytes at most. */
export const file = asGiven(16 * 1024 * 1024).min(1);
