import type { TellingPlan } from '../kit/telling.ts';

/** What becomes of a credit notice, and how it lies. */
export interface CreditPlan extends TellingPlan {
  /** `X-Signature` is made with another secret, or left out; sent once. */
  readonly forged?: boolean;
  readonly unsigned?: boolean;
  /** Other fields than the truth, well signed. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Classes of WIRE-2 6.3: in-bank, Napas, Napas ISO or QR. */
export type NarrativeClass = 1 | 2 | 3;

/** Money into or out of an account, once. */
export interface Transfer {
  readonly accountNumber: string;
  readonly amountVnd: number;
  /** What the payer wrote; the narrative stands around it. */
  readonly purpose?: string;
  /** `in` unless told otherwise. */
  readonly direction?: 'in' | 'out';
  /** 2 unless told otherwise; a debit has a shape of its own. */
  readonly narrative?: NarrativeClass;
  /** What the sender's bank appends: an FT number, or a time with a number. */
  readonly suffix?: 'ft' | 'time';
  readonly payerName?: string;
  readonly payerAccount?: string;
  readonly ownerName?: string;
  /** Instead of a new one. */
  readonly referenceCode?: string;
  readonly documentNumber?: string;
  /** Announced so often, each time by another id; every second one tells the purpose alone. */
  readonly channels?: number;
}

/** Throws a sentence where it is none. */
export function soundTransfer(transfer: Transfer): Transfer {
  const { accountNumber, amountVnd, direction = 'in', narrative = 2 } = transfer;
  if (!/^\d{6,19}$/.test(String(accountNumber))) throw new TypeError('accountNumber: 6 to 19 digits as a text');
  if (!Number.isSafeInteger(amountVnd) || amountVnd < 1) throw new TypeError('amountVnd: a whole number above 0');
  if (direction !== 'in' && direction !== 'out') throw new TypeError('direction: in or out');
  if (![1, 2, 3].includes(narrative)) throw new TypeError('narrative: 1, 2 or 3');
  return transfer;
}
