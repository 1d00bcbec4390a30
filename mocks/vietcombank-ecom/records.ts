/** Money really taken from a payer, once. */
export interface Charge {
  /** VcbTranId: the first charge of a payment has the payment's own, a later one another. */
  readonly number: string;
  readonly amountVnd: number;
  readonly at: number;
}

/** `open`: the page stands and nothing was done on it. `pending`: the bank does not know the end. */
export type Status = 'open' | 'pending' | 'paid' | 'failed' | 'cancelled';

export interface Payment {
  /** TransactionID of its verifyPayment. */
  readonly reference: string;
  /** VcbTranId. */
  readonly number: string;
  readonly amountVnd: number;
  readonly purpose: string;
  readonly returnUrl: string;
  /** Last part of the page's address. */
  readonly token: string;
  expiresAt: number;
  status: Status;
  /** errCode of its end; empty while there is none. */
  code: string;
  readonly charges: Charge[];
  duplicatesRefused: number;
  /** Two requests that change it were open at once. */
  overlaps: number;
}
/** With a number of its own where a test wants to know it beforehand. */
export type NewPayment = Pick<Payment, 'reference' | 'amountVnd' | 'purpose' | 'returnUrl' | 'expiresAt'> & {
  readonly number?: string;
};

export interface Refund {
  /** TransactionID of the refund. */
  readonly reference: string;
  /** The payment's. */
  readonly of: string;
  readonly number: string;
  readonly amountVnd: number;
  readonly source: string;
  status: 'done' | 'pending' | 'failed';
}
export type NewRefund = Omit<Refund, 'number'>;

export const takenVnd = ({ charges }: Payment): number => charges.reduce((sum, { amountVnd }) => sum + amountVnd, 0);
