import { decrypted, type Envelope, type Fields, fieldsIn, isSigned } from './envelope.ts';
import type { EcomSettings } from './settings.ts';
import type { Code } from './texts.ts';

/** A call as far as it could be read. */
export interface Judged {
  readonly transaction: string;
  readonly fields: Fields;
  /** Why it is refused, before any operation looks at it. */
  readonly refusal: Code | undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** In this order: the envelope's shape, its partner, its signature, and whether Data can be opened. */
export function judge(settings: EcomSettings, text: string): Judged {
  const outer = fieldsIn(text) ?? {};
  const { PartnerId, TransactionID, Data, Signature } = outer as Partial<Envelope>;
  const transaction = isText(TransactionID) ? TransactionID : '';
  const refused = (refusal: Code): Judged => ({ transaction, fields: {}, refusal });
  if (!isText(PartnerId) || transaction === '' || !isText(Data)) return refused('20');
  if (PartnerId !== settings.partner) return refused('11');
  if (!isText(Signature)) return refused('69');
  if (!isSigned([PartnerId, transaction, Data], Signature, settings.partnerCertificate)) return refused('70');
  const fields = decrypted(Data, settings.aesSecret);
  return fields === undefined ? refused('68') : { transaction, fields, refusal: undefined };
}

/** Plain digits (WIRE-2 6.2a); undefined for anything else. */
export function amountIn(value: unknown): number | undefined {
  return /^[1-9]\d{0,14}$/.test(String(value)) ? Number(value) : undefined;
}
