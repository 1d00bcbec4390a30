import { z } from 'zod';

const LETTERS = 'LT';
const RANDOM_DIGITS = 10;
const CHECK_DIGITS = 2;

/** Characters of a reference of money. */
export const PAYMENT_REFERENCE_LENGTH = LETTERS.length + RANDOM_DIGITS + CHECK_DIGITS;

/**
 * The name of one payment towards banks and platforms: `LT`, ten random digits, and the two check digits of MOD 97-10
 * (ISO 7064), by which one wrong digit and two neighbours that changed places are always noticed. Letters and digits
 * alone, because nothing else is sure to pass through a bank (WIRE-2.md 6.3).
 */
export const paymentReference = z
  .string()
  .refine(isPaymentReference, 'must be LT and twelve digits whose check digits are right')
  .meta({ id: 'PaymentReference', examples: ['LT123456789092'] });

/**
 * A new reference. `bytes` gives cryptographically strong random bytes (`Platform.bytes`): a reference tells neither
 * how many there are nor what the next one will be. Two may be equal by chance, so the store decides that it is new.
 */
export function newPaymentReference(bytes: (count: number) => Uint8Array): string {
  // 64 bits, so that the remainder prefers no number by more than one in 10^9.
  const drawn = bytes(8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const digits = String(drawn % 10n ** BigInt(RANDOM_DIGITS)).padStart(RANDOM_DIGITS, '0');
  return LETTERS + digits + checkDigits(digits);
}

/**
 * Whether a text is a reference exactly as it is made: upper case, nothing around it. Of two pairs of check digits that
 * leave the same remainder (`00` and `97`) only the one that is made is right.
 */
export function isPaymentReference(text: string): boolean {
  const [, digits = '', check] = /^LT([0-9]{10})([0-9]{2})$/.exec(text) ?? [];
  return check !== undefined && check === checkDigits(digits);
}

/**
 * The references in a bank's narrative, each once, in the order in which they stand. Case, blanks, line ends and
 * punctuation do not matter, even between two digits, because banks write before and after a purpose and break it
 * (WIRE-2.md 6.3). A misspelt reference is not found rather than guessed.
 */
export function referencesIn(text: string): string[] {
  const kept = text.toUpperCase().replace(/[^A-Z0-9]/g, '');
  // Two of that form never overlap, since digits alone follow the letters: every offset is tried.
  const candidates = kept.match(/LT[0-9]{12}/g) ?? [];
  return [...new Set(candidates.filter(isPaymentReference))];
}

/** 02 to 98, so that digits and check digits together are 1 mod 97. */
function checkDigits(digits: string): string {
  return String(98 - ((Number(digits) * 100) % 97)).padStart(CHECK_DIGITS, '0');
}
