/**
 * What the gateway and the providers of electronic receipts say to each other. A provider issues one receipt for a paid
 * fee under our key, hands out its file, cancels it, and puts another in its place; it judges nothing.
 */

/** A receipt as a provider is to issue it. Everything of the message is fixed in here before it is recorded. */
export interface ReceiptToIssue {
  /** Ours and the same on every retry, 10 to 36 of A-Z, a-z, 0-9 and -: at most one receipt ever stands under it. */
  readonly key: string;
  readonly dossierCode: string;
  readonly procedureCode: string;
  readonly payer: ReceiptPayer;
  /** At least one; their amounts add up to `totalVnd`. */
  readonly lines: readonly ReceiptLine[];
  /** Whole đồng. */
  readonly totalVnd: number;
  /** Epoch milliseconds; its day in Vietnam is the receipt's date. */
  readonly paidAt: number;
  readonly method: 'cash' | 'transfer' | 'online';
  /** Of the decision or notice by which it was owed; null where there is none. */
  readonly decisionNumber: string | null;
}
export interface ReceiptLine {
  readonly code: string;
  readonly name: string;
  readonly kind: 'fee' | 'charge';
  /** Whole đồng. */
  readonly amountVnd: number;
}
export interface ReceiptPayer {
  readonly name: string;
  readonly taxCode: string | null;
  readonly identityNumber: string | null;
  readonly address: string | null;
  readonly phone: string | null;
  readonly email: string | null;
}

/** An issued receipt, as it is named to its provider ever after. */
export interface ReceiptIssued {
  readonly key: string;
  /** As they write it; some put the series in front. */
  readonly number: string;
  /** Mẫu số. */
  readonly form: string;
  /** Ký hiệu. */
  readonly series: string;
  /** With which the payer looks it up; null where they gave none. */
  readonly lookupCode: string | null;
  /** The tax authority's; null where they gave none. */
  readonly taxAuthorityCode: string | null;
}

export interface ReceiptQuestion {
  readonly key: string;
}
/** What they say of a key. */
export interface ReceiptWord {
  readonly key: string;
  /** `none`: they know no such key · `unlisted`: it stands in a state that no list names, which decides nothing. */
  readonly state: 'none' | 'issued' | 'replaced' | 'cancelled' | 'unlisted';
  /** Null where there is none. */
  readonly receipt: ReceiptIssued | null;
  /** Their word for the state. */
  readonly code: string | null;
}

/** The paper by which a receipt is taken back or changed. */
export interface ReceiptDocument {
  readonly number: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface ReceiptToCancel {
  readonly of: ReceiptIssued;
  /** `paidAt` of the receipt, epoch milliseconds. */
  readonly ofPaidAt: number;
  readonly reason: string;
  readonly document: ReceiptDocument;
}
export interface ReceiptCancelled {
  readonly key: string;
}

/** After a refund: what is left is said by another receipt, under a key of its own. */
export interface ReceiptToReplace {
  readonly by: ReceiptToIssue;
  readonly of: ReceiptIssued;
  /** `paidAt` of the former receipt, epoch milliseconds. */
  readonly ofPaidAt: number;
  readonly reason: string;
  readonly document: ReceiptDocument;
}
