import { VIETNAM_OFFSET_MS } from '../../contracts/domain/time.ts';

/** What the province took, as it holds it itself. */
export interface PaidPayment {
  readonly reference: string;
  readonly dossierCode: string;
  readonly amountVnd: number;
  /** Epoch milliseconds. */
  readonly paidAt: number;
  readonly channel: PaidBy;
  /** The unit's account, to which the money belongs. */
  readonly account: string;
  readonly payerName: string;
}
export type PaidBy = 'vietqr' | 'vietcombank' | 'vietcombank-ecom' | 'national';

export interface HeldAccount {
  readonly number: string;
  readonly currency: 'VND' | 'USD';
  readonly owner: string;
  /** Before the first entry; in whole đồng, or in cents. */
  readonly opening: number;
}

/** Classes of narratives (WIRE-2.md 6.3). */
export type NarrativeClass = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

export type EntryKind = 'payment' | 'unrelated' | 'outgoing' | 'fee' | 'sms-fee' | 'interest' | 'foreign' | 'reversal';

/** One booking of the bank. */
export interface Entry {
  /** Ours, and in no file: what a planted fault is recorded under. */
  readonly id: string;
  readonly kind: EntryKind;
  readonly account: string;
  readonly currency: HeldAccount['currency'];
  /** `YYYY-MM-DD`. */
  readonly bookedOn: string;
  /** Orders the entries of a day. */
  readonly at: number;
  /** `dddd.d{1,5}`; behind 9701 stands the account. Not unique, not even within a day. */
  readonly documentNumber: string;
  readonly direction: 'credit' | 'debit';
  /** Whole đồng, or cents. */
  readonly amount: number;
  /** What the payer wrote; stands in the narrative just so. */
  readonly purpose: string;
  readonly narrative: string;
  readonly narrativeClass: NarrativeClass | null;
  /** How the payment was made, of what the platform passed on too; null for the bank's own. */
  readonly channel: PaidBy | null;
  readonly payerName: string;
  /** References of the payments whose money this is. */
  readonly payments: readonly string[];
  readonly names: 'reference' | 'dossier' | 'both' | 'nothing';
  /** The reference as it is spelt in the purpose, however wrong; null where there is none. */
  readonly spelt: string | null;
}

/** The truth of what a bank holds about some days. */
export interface Ledger {
  readonly accounts: readonly HeldAccount[];
  /** In the order in which they were booked. */
  readonly entries: readonly Entry[];
}

export const inOrder = (entries: Iterable<Entry>): Entry[] =>
  [...entries].sort(
    (left, right) => compared(left.bookedOn, right.bookedOn) || left.at - right.at || compared(left.id, right.id),
  );

const compared = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** `YYYY-MM-DDTHH:mm:ss` in Vietnam. */
export const localText = (at: number): string => new Date(at + VIETNAM_OFFSET_MS).toISOString().slice(0, 19);

/** The civil day that many days later. */
export const dayAfter = (date: string, days = 1): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** The same booking with other words of the payer. */
export function withPurpose(entry: Entry, purpose: string, spelt: string): Entry {
  const at = entry.narrative.lastIndexOf(entry.purpose);
  if (at < 0) throw new RangeError(`${entry.id} has no purpose in its narrative`);
  const narrative = entry.narrative.slice(0, at) + purpose + entry.narrative.slice(at + entry.purpose.length);
  return { ...entry, purpose, narrative, spelt };
}
