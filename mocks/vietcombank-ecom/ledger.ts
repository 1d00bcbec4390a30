import { randomUUID } from 'node:crypto';
import { type Totals, totalsOf } from './totals.ts';

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
export type NewPayment = Pick<Payment, 'reference' | 'amountVnd' | 'purpose' | 'returnUrl' | 'expiresAt'>;

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

/** Every payment, every refund and every đồng, for a test to compare with what was asked. */
export class Ledger {
  readonly #payments = new Map<string, Payment>();
  readonly #refunds = new Map<string, Refund>();
  readonly #byToken = new Map<string, Payment>();
  #numbers = 0;

  get(reference: string): Payment | undefined {
    return this.#payments.get(reference);
  }

  byToken(token: string): Payment | undefined {
    return this.#byToken.get(token);
  }

  payments(): Payment[] {
    return [...this.#payments.values()];
  }

  refund(reference: string): Refund | undefined {
    return this.#refunds.get(reference);
  }

  refunds(of?: string): Refund[] {
    return [...this.#refunds.values()].filter((each) => of === undefined || each.of === of);
  }

  nextNumber(): string {
    this.#numbers += 1;
    return `VCB${String(this.#numbers).padStart(9, '0')}`;
  }

  add(what: NewPayment): Payment {
    const { reference } = what;
    const made: Payment = {
      ...what,
      number: this.nextNumber(),
      token: randomUUID(),
      status: 'open',
      code: '',
      charges: [],
      duplicatesRefused: 0,
      overlaps: 0,
    };
    this.#payments.set(reference, made);
    this.#byToken.set(made.token, made);
    return made;
  }

  charge(payment: Payment, amountVnd: number, at: number): Charge {
    const number = payment.charges.length === 0 ? payment.number : this.nextNumber();
    const charge = { number, amountVnd, at };
    payment.charges.push(charge);
    return charge;
  }

  /** What of a payment's money is not given back nor about to be. */
  remainingVnd(payment: Payment): number {
    const back = this.refunds(payment.reference).filter(({ status }) => status !== 'failed');
    return takenVnd(payment) - back.reduce((sum, { amountVnd }) => sum + amountVnd, 0);
  }

  /** Throws where it would give back more than was taken: whoever refunds has looked before. */
  addRefund(what: NewRefund): Refund {
    const payment = this.#payments.get(what.of);
    const most = payment === undefined ? 0 : this.remainingVnd(payment);
    if (what.status !== 'failed' && what.amountVnd > most) throw new TypeError(`more than was paid: ${what.of}`);
    const made = { ...what, number: this.nextNumber() };
    this.#refunds.set(what.reference, made);
    return made;
  }

  totals(): Totals {
    return totalsOf(this.payments(), this.refunds());
  }

  clear(): void {
    this.#payments.clear();
    this.#refunds.clear();
    this.#byToken.clear();
    this.#numbers = 0;
  }
}
