/**
 * What the gateway and the channels of payment say to each other. A channel (the national platform, a bank's gateway)
 * opens a payment under our reference and says afterwards what became of it; it judges nothing.
 */

/** A payment as a channel is to open it. Everything of the message is fixed in here before it is recorded. */
export interface PaymentOrder {
  /** `LT` and twelve digits; see `payment-reference.ts`. */
  readonly reference: string;
  /** Whole đồng. */
  readonly amountVnd: number;
  /** For the payer, without marks. */
  readonly description: string;
  readonly dossierCode: string;
  readonly procedure: { readonly code: string; readonly name: string };
  readonly agency: { readonly code: string; readonly name: string };
  /** Their amounts add up to `amountVnd`. */
  readonly items: readonly OrderItem[];
  readonly payer: OrderPayer;
  /** The address that the payer's browser came from; null where nobody told. */
  readonly payerIp: string | null;
  readonly beneficiary: BeneficiaryAccount;
  /** Where the payer's browser goes afterwards, and where the channel tells us. */
  readonly returnUrl: string;
  readonly cancelUrl: string;
  readonly notifyUrl: string;
  /** Epoch milliseconds. */
  readonly madeAt: number;
  /** Epoch milliseconds after which nobody is to pay any more. */
  readonly payUntil: number;
}
export interface OrderItem {
  readonly kind: 'fee' | 'charge';
  readonly code: string;
  readonly name: string;
  readonly amountVnd: number;
}
export interface OrderPayer {
  readonly name: string;
  readonly identityNumber: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly address: string | null;
}
/** Who gets the money. */
export interface BeneficiaryAccount {
  /** Six digits. */
  readonly bankBin: string;
  readonly accountNumber: string;
  readonly accountName: string;
  readonly treasuryAccount: string | null;
  readonly chapter: string | null;
  readonly subItem: string | null;
}

/** An opened payment. */
export interface OpenedPayment {
  /** Where the payer pays; null where it is known to exist and its page was lost with their answer. */
  readonly url: string | null;
  /** What the channel is asked with later, in its own words (their token, the time as it was sent); null where it has none. */
  readonly handle: string | null;
}

/** What a payment is asked about with. */
export interface PaymentQuestion {
  readonly reference: string;
  /** As `OpenedPayment` had it; null where their answer never came. */
  readonly handle: string | null;
  /** As the order had it, epoch milliseconds. */
  readonly madeAt: number;
}

/** What they say of a payment: facts, and what they leave open. It may speak of another reference or amount: who hears it compares. */
export interface PaymentWord {
  readonly reference: string;
  readonly facts: readonly TheirFact[];
  /**
   * `not-created`: they know no such payment · `awaiting`: it stands and nobody paid · `pending`: they do not know yet ·
   * `refund`: money may go back · `unlisted`: a code that no list names, which decides nothing · null: nothing.
   */
  readonly open: 'not-created' | 'awaiting' | 'pending' | 'refund' | 'unlisted' | null;
  /** Their code, as text. */
  readonly code: string | null;
}
export interface TheirFact {
  readonly kind: 'paid' | 'failed' | 'cancelled' | 'expired' | 'refunded' | 'reversed';
  /** In their currency, as they told it: other than VND, or not whole, is for a person. Null where they told none. */
  readonly amount: { readonly amount: number; readonly currency: string } | null;
  /** Their id of the transaction. */
  readonly transaction: string | null;
  /** Their time, as they wrote it: opaque, never ordered by. */
  readonly at: string | null;
}

/** A hint that something happened: nothing is believed, they are asked. */
export interface PaymentHint {
  readonly reference: string;
}

/** A movement on an account, as somebody who watches the account tells it. */
export interface CreditNotice {
  readonly account: string;
  readonly direction: 'in' | 'out';
  /** Whole đồng. */
  readonly amountVnd: number;
  /** The transfer's text, as the bank wrote it. May name people. */
  readonly content: string;
  /** The bank's reference, the same whoever tells of the movement; not unique alone. */
  readonly bankReference: string;
  /** Their time, as they wrote it. */
  readonly at: string;
  readonly subAccount: string | null;
}

/** Where an order of a channel stands, in one word. `unlisted`: a status that no list names, which decides nothing. */
export type OrderStatus =
  | 'awaiting'
  | 'pending'
  | 'paid'
  | 'refund-pending'
  | 'refunded'
  | 'partly-refunded'
  | 'reversed'
  | 'cancelled'
  | 'failed'
  | 'unlisted';

/** Which orders of a channel are listed: by whole days in Vietnam, both included, a page at a time. */
export interface OrderListQuestion {
  /** Epoch milliseconds within the first and the last day of their making. */
  readonly from: number;
  readonly to: number;
  /** From 1. */
  readonly page: number;
  readonly status?: Exclude<OrderStatus, 'pending' | 'unlisted'>;
}
/** One page of them. */
export interface OrderList {
  /** Orders on all pages. */
  readonly total: number;
  readonly perPage: number;
  readonly orders: readonly ListedOrder[];
}
export interface ListedOrder {
  readonly reference: string;
  readonly token: string;
  /** Whole đồng; null where they told none, or another sum than a whole one. */
  readonly amountVnd: number | null;
  readonly status: OrderStatus;
  /** Their times, as they wrote them: opaque, never ordered by. Null where they told none. */
  readonly createdAt: string | null;
  readonly paidAt: string | null;
  readonly refundedAt: string | null;
}

/** What a dossier owes, for a channel that lets it be paid without being opened by us; undefined where nothing is owed. */
export interface Bill {
  /** Under which they will name its payment. */
  readonly reference: string;
  readonly order: Omit<PaymentOrder, 'returnUrl' | 'cancelUrl' | 'notifyUrl' | 'payUntil'>;
}

/** A receipt as they hand it out. */
export interface ReceiptFile {
  readonly pdf: Uint8Array;
}

/** Money of a payment that a channel is to give back. */
export interface RefundOrder {
  /** Its own, of the same kind as a payment's: it is asked about by this. */
  readonly reference: string;
  /** The payment's. */
  readonly of: string;
  /** Of the payment, as `OpenedPayment` or a later word had it. */
  readonly handle: string;
  /** Whole đồng, at most what was paid. */
  readonly amountVnd: number;
  /** For the bank's books, without marks. */
  readonly reason: string;
}
export interface RefundMade {
  /** Their id of the transaction. */
  readonly transaction: string;
}
