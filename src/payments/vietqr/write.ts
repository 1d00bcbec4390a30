import { isPaymentReference } from '../../../contracts/domain/payment-reference.ts';
import { unmarked } from '../../../contracts/domain/text.ts';
import { crc16 } from './crc.ts';
import { writeTag } from './tags.ts';
import {
  ACCOUNT,
  ACCOUNT_LENGTH,
  AMOUNT,
  BANK_BIN,
  CHECKSUM,
  COUNTRY,
  CURRENCY,
  DYNAMIC,
  FORMAT,
  NAPAS,
  PURPOSE_LENGTH,
  TO_ACCOUNT,
} from './wire.ts';

/** A transfer that somebody is asked to make by scanning. */
export interface Transfer {
  /** The bank's number at NAPAS, six digits. */
  readonly bankBin: string;
  /** 1 to 19 digits or letters. */
  readonly accountNumber: string;
  /** Whole đồng, at least one. */
  readonly amountVnd: number;
  /** 1 to 25 ASCII characters, no blank at either end. */
  readonly purpose: string;
}

/** What of a transfer cannot be written, and why; constant text, without the value. */
export interface TransferFault {
  readonly field: keyof Transfer | 'reference';
  readonly message: string;
}

export type Written =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly fault: TransferFault };

/**
 * The text of the code by which a payment of ours is made: once (dynamic), to an account, with its reference first in
 * the purpose, because by it alone is the money recognised. `words` follow as far as there is room.
 */
export function paymentCode(
  payment: Omit<Transfer, 'purpose'> & { readonly reference: string; readonly words?: string },
): Written {
  const { reference, words, ...transfer } = payment;
  if (!isPaymentReference(reference)) return refused('reference', 'must be a reference of money');
  return transferCode({ ...transfer, purpose: transferPurpose(reference, words) });
}

/** The reference and the words in what banks let through (letters, digits, blanks, `-`, `.`), cut to 25 characters (WIRE-2.md 6.3). */
export function transferPurpose(reference: string, words = ''): string {
  const plain = unmarked(words)
    .replace(/[^0-9A-Za-z.-]+/g, ' ')
    .trim();
  return `${reference} ${plain}`.slice(0, PURPOSE_LENGTH).trim();
}

/**
 * The EMVCo text of a transfer to an account, by a dynamic code (WIRE.md 6.1). It is ASCII, so that lengths are the same
 * in characters and in bytes, whichever a reader counts (WIRE-2.md 6.1).
 */
export function transferCode(transfer: Transfer): Written {
  const { bankBin, accountNumber, amountVnd, purpose } = transfer;
  if (!BANK_BIN.test(bankBin)) return refused('bankBin', 'must be six digits');
  if (accountNumber.length > ACCOUNT_LENGTH) return refused('accountNumber', 'must not be longer than 19 characters');
  if (!ACCOUNT.test(accountNumber)) return refused('accountNumber', 'must be digits or ASCII letters, at least one');
  if (!Number.isInteger(amountVnd) || amountVnd < 1)
    return refused('amountVnd', 'must be a whole number of đồng from 1');
  if (!AMOUNT.test(String(amountVnd))) return refused('amountVnd', 'must not be longer than 13 digits');
  if (purpose.length > PURPOSE_LENGTH) return refused('purpose', 'must not be longer than 25 characters');
  if (!/^[!-~](?:[ -~]*[!-~])?$/.test(purpose))
    return refused('purpose', 'must be ASCII, at least one character, without a blank at either end');
  const account = writeTag('00', bankBin) + writeTag('01', accountNumber);
  const covered =
    writeTag('00', FORMAT) +
    writeTag('01', DYNAMIC) +
    writeTag('38', writeTag('00', NAPAS) + writeTag('01', account) + writeTag('02', TO_ACCOUNT)) +
    writeTag('53', CURRENCY) +
    writeTag('54', String(amountVnd)) +
    writeTag('58', COUNTRY) +
    writeTag('62', writeTag('08', purpose)) +
    CHECKSUM;
  return { ok: true, text: covered + crc16(covered) };
}

const refused = (field: TransferFault['field'], message: string): Written => ({ ok: false, fault: { field, message } });
