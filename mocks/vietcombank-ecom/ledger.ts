import { randomUUID } from 'node:crypto';
import { type Charge, type NewPayment, type NewRefund, type Payment, type Refund, takenVnd } from './records.ts';
import { type Totals, totalsOf } from './totals.ts';

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
      number: what.number ?? this.nextNumber(),
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
