/**
 * The one cipher format of every runtime, as base64 text: a version byte, 12 bytes of nonce, the AES-256-GCM
 * ciphertext, 16 bytes of tag. What is bound to it without being in it (AAD): version, purpose and subject id, so that
 * a ciphertext moved to another column or another person's row does not open.
 *
 * Keys: a subject's key is HKDF-Expand(epoch key, label and salt) of RFC 5869 with one block, which is one HMAC; a key
 * for keyed digests is the same from the root of digests and the purpose, and so is the gateway's own key for a purpose, by another label.
 */
export const FORMAT_VERSION = 1;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** Length of the base64 text that so many bytes (UTF-8) become when they are sealed. */
export const sealedBytes = (plainBytes: number): number =>
  4 * Math.ceil((1 + NONCE_BYTES + plainBytes + TAG_BYTES) / 3);

export const boundText = (purpose: string, subject: string): string => `lienthong/1\n${purpose}\n${subject}`;
export const subjectKeyInfo = (salt: string): string => `lienthong/subject/1\n${salt}\u0001`;
export const macKeyInfo = (purpose: string): string => `lienthong/mac/1\n${purpose}\u0001`;
export const ownKeyInfo = (purpose: string): string => `lienthong/own/1\n${purpose}\u0001`;
/** Stands for the subject in what the gateway seals for itself. */
export const OWN = 'own';

/** The key of an epoch that was destroyed, or of a subject that was erased: nothing can be sealed under it any more. */
export class KeyGone extends Error {
  override readonly name = 'KeyGone';
}
