import { until } from '../kit/gateway-process.ts';
import { postUnder } from '../kit/practice.ts';
import { feeOf } from '../kit/till.ts';
import type { Door } from './till-doors.ts';
import type { TillGround } from './till-ground.ts';
import { type PaymentSeen, paymentsSeen } from './till-verdict.ts';

const payer = { name: 'Nguyễn Văn Mẫu', phone: '0900000000', email: 'mau@example.vn', address: 'Bắc Giang' };

/** One due of one dossier that is paid by one door, as the province asks for it. */
export class Payer {
  readonly ground: TillGround;
  readonly door: Door;
  readonly dossier: string;
  #keys = 0;

  constructor(ground: TillGround, door: Door, dossier: string) {
    this.ground = ground;
    this.door = door;
    this.dossier = dossier;
  }

  get key(): string {
    return `${this.dossier}-${this.#keys}`;
  }

  /** Under the same key as before; undefined where the connection was lost. */
  async ask() {
    const { gateway } = this.ground;
    return postUnder<PaymentSeen>(
      gateway,
      '/v1/payments',
      this.key,
      feeOf(this.dossier, { method: this.door.method, payer }),
    );
  }

  async payments(): Promise<readonly PaymentSeen[]> {
    return paymentsSeen(this.ground.gateway, this.dossier);
  }

  async refresh(id: string): Promise<PaymentSeen | undefined> {
    const { status, body } = await this.ground.gateway.json<PaymentSeen>('POST', `/v1/payments/${id}/refresh`);
    return status === 200 ? body : undefined;
  }

  /**
   * The same key until it is settled. Where that payment's page is lost for ever, a new key: answers the one that has a
   * page or its money.
   */
  async settled(): Promise<PaymentSeen> {
    return until(
      'the payment is opened or paid',
      async () => {
        const answer = await this.ask();
        if (answer?.status !== 201) return undefined;
        if (answer.body.state !== 'failed') return answer.body;
        this.#keys += 1;
        return undefined;
      },
      { withinMs: 20_000, everyMs: 50 },
    );
  }

  /** The same key until it is settled, in whatever way. */
  async ended(): Promise<void> {
    const settled = new Set([201, 422]);
    await until('the payment is settled', async () => settled.has((await this.ask())?.status ?? 0) || undefined, {
      withinMs: 20_000,
    });
  }

  /** Waits for the state; `asking` presses refresh each time. */
  async becomes(id: string, state: string, asking: boolean): Promise<PaymentSeen> {
    return until(
      `${this.door.name} ${this.dossier} becomes ${state}`,
      async () => {
        const seen = asking ? await this.refresh(id) : (await this.payments()).find((each) => each.id === id);
        return seen?.state === state ? seen : undefined;
      },
      { withinMs: 20_000, everyMs: 50 },
    );
  }
}
