import { until } from '../kit/gateway-process.ts';
import type { FeeGround } from './fee-ground.ts';
import { byAPerson, toldEvents } from './outcome.ts';
import { doorsOf } from './till-doors.ts';
import { AMOUNT_VND } from './till-ground.ts';
import { Payer } from './till-payer.ts';

interface ReceiptSeen {
  readonly state: string;
  readonly key: string | null;
  readonly number: string | null;
  readonly amount: { readonly amount: number };
  readonly document: string;
}

/** One payment by transfer and its e-receipt, as the province and the provider see them. */
export class FeePayment {
  readonly ground: FeeGround;
  readonly id: string;
  readonly reference: string;
  #facts = 0;

  private constructor(ground: FeeGround, { id, reference }: { readonly id: string; readonly reference: string }) {
    this.ground = ground;
    this.id = id;
    this.reference = reference;
  }

  static async opened(ground: FeeGround, dossier: string): Promise<FeePayment> {
    const door = vietqr(ground);
    await ground.dossier(dossier, door.unit);
    return new FeePayment(ground, await new Payer(ground, door, dossier).settled());
  }

  /** Resolves when the bank was heard. */
  pays(): Promise<unknown> {
    return vietqr(this.ground).act(this.reference, 'pay');
  }

  /** One person states that money went back outside; answers how another approves it, which makes it so. */
  async givesBack(amount: number): Promise<() => Promise<Response>> {
    this.#facts += 1;
    const path = `/v1/payments/${this.id}/facts`;
    const asked = await byAPerson(this.ground, 'finance', path, {
      ...{ kind: 'refunded', amount: { amount, currency: 'VND' }, at: new Date().toISOString() },
      ...{ document: `UNC-${this.#facts}`, reason: 'paid back by transfer' },
    });
    if (asked.status !== 201) throw new Error(`the statement was answered ${asked.status}: ${await asked.text()}`);
    return () => byAPerson(this.ground, 'finance', `${path}/${this.#facts}/approve`);
  }

  /** None before the payment was taken up. */
  async receipt(): Promise<ReceiptSeen | undefined> {
    const { status, body } = await this.ground.gateway.json<ReceiptSeen>('GET', `/v1/payments/${this.id}/fee-receipt`);
    return status === 200 ? body : undefined;
  }

  /** Waits until what is left of the money has its receipt, and that its document. */
  async receipted(leftVnd: number, anew: boolean): Promise<ReceiptSeen> {
    let last: ReceiptSeen | undefined;
    return until(
      `${this.reference} has its receipt of ${leftVnd}`,
      async () => {
        if (anew) this.ground.hurry();
        last = await this.receipt();
        if (last?.amount.amount !== leftVnd) return undefined;
        const stands = leftVnd === 0 ? last.state === 'cancelled' : last.state === 'issued' && last.document === 'kept';
        return stands ? last : undefined;
      },
      { withinMs: 20_000, everyMs: 100 },
    ).catch((error: unknown) => {
      throw new Error(`${error}; it is ${JSON.stringify(last)}`);
    });
  }

  /** All that the provider ever issued for it, oldest first. */
  booked() {
    const key = `BL-${this.reference}`;
    const all = this.ground.provider.book.all();
    return all.filter((each) => each.key === key || each.key.startsWith(`${key}-`));
  }

  /** Where both sides differ; none where one receipt stands for what is left, and none for nothing. */
  async differences(leftVnd: number): Promise<readonly string[]> {
    const lines: string[] = [];
    const check = (what: string, is: unknown, should: unknown): void => {
      if (JSON.stringify(is) !== JSON.stringify(should))
        lines.push(`${this.reference}: ${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(should)}`);
    };
    const booked = this.booked();
    const receipts = leftVnd === 0 || leftVnd === AMOUNT_VND ? 1 : 2;
    check('receipts there', booked.length, receipts);
    const standing = booked.filter(({ state }) => state === 'issued');
    check(
      'standing there',
      standing.map(({ totalVnd }) => totalVnd),
      leftVnd === 0 ? [] : [leftVnd],
    );
    check(
      'asked for again',
      booked.map(({ duplicatesRefused }) => duplicatesRefused),
      booked.map(() => 0),
    );
    if (receipts === 2) check('in the place of', booked[1]?.insteadOf, booked[0]?.key);
    const seen = await this.receipt();
    check('sum here', seen?.amount.amount, leftVnd);
    check('key here', seen?.key, booked.at(-1)?.key);
    check('number here', Number(/\d+$/.exec(seen?.number ?? '')?.[0].slice(-7)), booked.at(-1)?.number);
    for (const [type, times] of [
      ['issued', receipts],
      ['cancelled', leftVnd === 0 ? 1 : 0],
    ] as const) {
      const told = await toldEvents(this.ground, `fee-receipt.${type}`, { payment: this.id }, times);
      check(`${type} told`, told, times);
    }
    return lines;
  }
}

const vietqr = (ground: FeeGround) => {
  const door = doorsOf(ground).find(({ name }) => name === 'vietqr');
  if (door === undefined) throw new Error('there is no such door');
  return door;
};
