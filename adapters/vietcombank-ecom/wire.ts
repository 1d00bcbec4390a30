import { z } from 'zod';
import { asGiven } from '../../contracts/domain/text.ts';
import { digits, pageAddress, perhaps, perhapsWords, shortText, textual } from '../kit/loose.ts';

/** The service's texts (WIRE-2 6.2a), and what nobody has published of them [assumed]. */

/**
 * The SOAP around the JSON text [assumed]: no description of the service is known. Style, namespace, action and the
 * names of the elements stand here alone.
 */
export const soap = {
  namespace: 'http://tempuri.org/',
  input: 'input',
  action: (operation: string): string => `"http://tempuri.org/${operation}"`,
  answer: (operation: string): string => `${operation}Response`,
  result: (operation: string): string => `${operation}Result`,
} as const;

/** How the IV travels is not told: sixteen zero bytes, and nothing before the cipher text [assumed]. */
export const IV = new Uint8Array(16);

export const operation = { verify: 'verifyPayment', query: 'query', refund: 'refund' } as const;
export type OperationName = (typeof operation)[keyof typeof operation];

/** A payment from a bank account through internet banking; the other, `ECOM_CARD`, is for cards. */
export const SOURCE = 'IB';

const text = shortText.min(1);
/** Base64 of a message, and of a signature over it. */
const data = asGiven(256 * 1024).min(1);
const signature = asGiven(4000).min(1);

/** Of either side. */
export const envelope = z.object({ PartnerId: text, TransactionID: text, Data: data, Signature: signature });
/** Base64 of this JSON is what the bank tells by itself. */
export const told = z.object({ PartnerTranId: text, Data: data, Signature: signature });

/** Plain digits of VND; null where there are none. */
const amount = z
  .union([z.number(), digits(/^\d*$/)])
  .nullish()
  .transform((value) => (value == null || value === '' ? null : Number(value)));

export const answered = z.object({ errCode: textual.pipe(text), errDesc: perhapsWords, VcbTranId: perhaps });
export const opened = z.object({ redirectUrl: pageAddress, VcbTranId: textual.pipe(text) });
export const refunded = z.object({ VcbTranId: textual.pipe(text) });
/** `balance` is published, and not what it means: it is not read. `amount` is not published, and read where it is. */
export const found = z.object({
  TranStatus: textual.pipe(text),
  queryTranID: textual.pipe(text),
  VCBTranID: textual.pipe(text),
  amount,
});
export const notice = z.object({
  errCode: textual.pipe(text),
  errDesc: perhapsWords,
  VcbTranId: perhaps,
  PartnerId: textual.pipe(text),
  amount,
  trans_id: textual.pipe(text),
});
