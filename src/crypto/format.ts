/**
 * The one cipher format of every runtime, as base64 text: a version byte, 12 bytes of nonce, the AES-256-GCM
 * ciphertext, 16 bytes of tag. What is bound to it without being in it (AAD): version, purpose, subject id and row, so that
 * a ciphertext moved to another column, another person, another row or another version of its row does not open. Format 1
 * had no row; it is read still, and no longer written.
 *
 * Keys: a subject's key is HKDF-Expand(epoch key, label and salt) of RFC 5869 with one block, which is one HMAC; a key
 * for keyed digests is the same from the root of digests and the purpose, and so is the gateway's own key for a purpose, by another label.
 */
export const FORMAT_VERSION = 2;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** Length of the base64 text that so many bytes (UTF-8) become when they are sealed. */
export const sealedBytes = (plainBytes: number): number =>
  4 * Math.ceil((1 + NONCE_BYTES + plainBytes + TAG_BYTES) / 3);

/** A purpose is the program's own and has one line; the length says where the subject ends and the row begins. */
export const boundText = (purpose: string, subject: string, row: string): string =>
  `lienthong/2\n${purpose}\n${subject.length}\n${subject}\n${row}`;
/** What is bound to a ciphertext that begins with the byte `format`. Throws `RangeError` for one that nobody wrote. */
export function boundIn(format: number | undefined, purpose: string, subject: string, row: string): string {
  if (format === FORMAT_VERSION) return boundText(purpose, subject, row);
  if (format === 1) return `lienthong/1\n${purpose}\n${subject}`;
  throw new RangeError('format');
}
export const subjectKeyInfo = (salt: string): string => `lienthong/subject/1\n${salt}\u0001`;
export const macKeyInfo = (purpose: string): string => `lienthong/mac/1\n${purpose}\u0001`;
export const ownKeyInfo = (purpose: string): string => `lienthong/own/1\n${purpose}\u0001`;
/** Stand for the subject and the row in what the gateway seals for itself: its purpose names the row. */
export const OWN = 'own';
export const OWN_ROW = '';

/** The key of an epoch that was destroyed, or of a subject that was erased: nothing can be sealed under it any more. */
export class KeyGone extends Error {
  override readonly name = 'KeyGone';
}
