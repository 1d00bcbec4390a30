import { randomUUID } from 'node:crypto';
import type { Form } from './seals.ts';
import { type NotifyState, STATUS, type Status } from './statuses.ts';

/** Money really taken from a payer, or given back, once. */
export interface Movement {
  readonly amountVnd: number;
  readonly at: number;
}

export interface Order {
  /** CreateOrder as it was sent. */
  readonly form: Form;
  readonly orderCode: string;
  readonly tokenCode: string;
  readonly amountVnd: number;
  readonly createdAt: number;
  expiresAt: number;
  status: Status;
  cause: string;
  methodCode: string;
  notifyState: NotifyState;
  readonly charges: Movement[];
  readonly refunds: Movement[];
  /** CreateOrder again under its order_code. */
  duplicates: number;
  /** Two CreateOrder for it were open at once. */
  overlaps: number;
}

const sumOf = (movements: readonly Movement[]): number => movements.reduce((sum, { amountVnd }) => sum + amountVnd, 0);

export const takenVnd = ({ charges }: Order): number => sumOf(charges);
export const refundedVnd = ({ refunds }: Order): number => sumOf(refunds);

/** Every order and every đồng taken and given back, for a test to compare with what was asked. */
export class Orders {
  readonly #clock: () => number;
  readonly #byCode = new Map<string, Order>();
  readonly #byToken = new Map<string, Order>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get(orderCode: string): Order | undefined {
    return this.#byCode.get(orderCode);
  }

  byToken(token: string): Order | undefined {
    return this.#byToken.get(token);
  }

  all(): Order[] {
    return [...this.#byCode.values()];
  }

  /** Throws where the order_code exists: whoever adds has looked before. */
  add(form: Form, expiresAt: number): Order {
    const orderCode = form.order_code ?? '';
    if (this.#byCode.has(orderCode)) throw new TypeError(`exists: ${orderCode}`);
    const order: Order = {
      form,
      orderCode,
      tokenCode: `${form.merchant_site_code}-${randomUUID().replaceAll('-', '')}`,
      amountVnd: Number(form.amount),
      createdAt: this.#clock(),
      expiresAt,
      status: STATUS.new,
      cause: '',
      methodCode: form.payment_method_code ?? '',
      notifyState: 1,
      charges: [],
      refunds: [],
      duplicates: 0,
      overlaps: 0,
    };
    this.#byCode.set(orderCode, order);
    this.#byToken.set(order.tokenCode, order);
    return order;
  }

  charge(order: Order, amountVnd: number): void {
    order.charges.push({ amountVnd, at: this.#clock() });
    if (order.methodCode === '') order.methodCode = 'ATM-CARD';
  }

  giveBack(order: Order, amountVnd: number): void {
    order.refunds.push({ amountVnd, at: this.#clock() });
  }

  clear(): void {
    this.#byCode.clear();
    this.#byToken.clear();
  }
}
