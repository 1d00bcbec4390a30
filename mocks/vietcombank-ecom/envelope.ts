import { createCipheriv, createDecipheriv, sign, verify } from 'node:crypto';

/** What JSON carries. */
export type Fields = Readonly<Record<string, unknown>>;

/** The JSON object that a text is, or undefined. */
export function fieldsIn(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

/** How the IV travels is not told: sixteen zero bytes [assumed]. */
const IV = Buffer.alloc(16);

/** AES-256-CBC with PKCS#5 padding, in base64 (WIRE-2 6.2a). */
export function encrypted(fields: Fields, aesKey: string): string {
  const cipher = createCipheriv('aes-256-cbc', Buffer.from(aesKey, 'base64'), IV);
  return Buffer.concat([cipher.update(JSON.stringify(fields)), cipher.final()]).toString('base64');
}

/** Undefined for what this key does not open, or what is no JSON object inside. */
export function decrypted(data: string, aesKey: string): Fields | undefined {
  try {
    const decipher = createDecipheriv('aes-256-cbc', Buffer.from(aesKey, 'base64'), IV);
    return fieldsIn(Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]).toString());
  } catch {
    return undefined;
  }
}

/** RSA-SHA1 over the texts with nothing between them, in base64 (WIRE-2 6.2a). */
export const signed = (texts: readonly string[], key: string): string =>
  sign('RSA-SHA1', Buffer.from(texts.join('')), key).toString('base64');

export const isSigned = (texts: readonly string[], signature: string, certificate: string): boolean =>
  verify('RSA-SHA1', Buffer.from(texts.join('')), certificate, Buffer.from(signature, 'base64'));

/** A message of either side. */
export interface Envelope {
  readonly PartnerId: string;
  readonly TransactionID: string;
  readonly Data: string;
  readonly Signature: string;
}

export function envelope(partner: string, transaction: string, fields: Fields, aesKey: string, key: string): Envelope {
  const Data = encrypted(fields, aesKey);
  const Signature = signed([partner, transaction, Data], key);
  return { PartnerId: partner, TransactionID: transaction, Data, Signature };
}

/** What the bank tells a partner by itself: base64 of the JSON, PartnerTranId and Data signed. */
export function noticeText(transaction: string, fields: Fields, aesKey: string, key: string): string {
  const Data = encrypted(fields, aesKey);
  const Signature = signed([transaction, Data], key);
  return Buffer.from(JSON.stringify({ PartnerTranId: transaction, Data, Signature })).toString('base64');
}
