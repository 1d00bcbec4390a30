import type { Random } from '../../mocks/kit/random.ts';
import { seededRandom } from '../../mocks/kit/random.ts';
import type { Act, Door, Notice } from './till-doors.ts';
import type { TillGround } from './till-ground.ts';
import { Payer } from './till-payer.ts';
import type { PaymentSeen } from './till-verdict.ts';

const acts: readonly Act[] = ['pay', 'pay', 'pay', 'pay-twice', 'pay-wrong-amount', 'cancel', 'fail'];
/** What becomes of the notice of an act. */
const notices: readonly Notice[] = [
  {},
  {},
  { lost: true },
  { repeat: 6, concurrency: 3 },
  { delayMs: 150 },
  { repeat: 3, reorder: true, concurrency: 3 },
];
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Payers who come one after the other, some at a time, while gateways come and go. */
export class DayOfKills {
  readonly payers: { readonly payer: Payer; readonly seen: Set<string> }[] = [];
  answersLost = 0;
  readonly #ground: TillGround;
  readonly #doors: readonly Door[];
  readonly #random: Random;
  readonly #told: Promise<unknown>[] = [];
  readonly #late: (() => Promise<unknown>)[] = [];
  #open = 0;

  constructor(ground: TillGround, doors: readonly Door[], seed: number) {
    this.#ground = ground;
    this.#doors = doors;
    this.#random = seededRandom(seed);
  }

  /** Their own mishaps, while the day lasts. */
  trouble(): void {
    for (const { peer, services } of this.#doors) {
      if (peer === undefined) continue;
      peer.addFault({ kind: 'delay', ms: 5, jitterMs: 60 });
      peer.addFault({ kind: 'lose-reply', as: 'reset', probability: 0.08, match: { service: services.open } });
      peer.addFault({ kind: 'process-late', afterMs: 300, probability: 0.05, match: { service: services.open } });
      peer.addFault({ kind: 'reset-before-acting', probability: 0.04 });
      peer.addFault({ kind: 'status', status: 503, probability: 0.03 });
    }
  }

  async pass(count: number, atOnce: number): Promise<void> {
    let next = 0;
    const one = async () => {
      while (next < count) {
        next += 1;
        await this.#pays(next, seededRandom(this.#random.int(1, 1e9)));
      }
    };
    this.#open = atOnce;
    await Promise.all(Array.from({ length: atOnce }, () => one().finally(() => this.#open--)));
  }

  /** Payers are still coming. */
  get goesOn(): boolean {
    return this.#open > 0;
  }

  /** Again until a gateway answers. */
  async #persist<Value>(what: () => Promise<Value | undefined>): Promise<Value> {
    for (;;) {
      const value = await what().catch(() => undefined);
      if (value !== undefined) return value;
      this.answersLost += 1;
      await pause(40);
    }
  }

  async #pays(n: number, random: Random): Promise<void> {
    const door = this.#doors[n % this.#doors.length] as Door;
    const dossier = `H02.15.03-221201-${String(n).padStart(4, '0')}`;
    await this.#persist(async () => {
      const { status } = await this.#ground.putDossier(dossier, door.unit);
      return status === 202 || status === 200 || undefined;
    });
    const payer = new Payer(this.#ground, door, dossier);
    const seen = new Set<string>();
    this.payers.push({ payer, seen });
    // Pressed twice by an impatient hand: one key, two requests.
    const [payment] = await Promise.all([
      this.#persist(async () => {
        const answer = await payer.ask();
        if (answer === undefined || answer.status === 409 || answer.status >= 500) return undefined;
        if (answer.status !== 201 && answer.status !== 202) throw new Error(`answered ${answer.status}`);
        seen.add(answer.body.id);
        return answer.status === 201 ? answer.body : undefined;
      }),
      random.chance(0.3) ? payer.ask().catch(() => undefined) : undefined,
    ]);
    if (payment.state === 'awaiting-payment') await this.#acts(payer, payment, random);
  }

  async #acts({ door }: Payer, { id, reference }: PaymentSeen, random: Random): Promise<void> {
    const act = random.pick(acts);
    const drawn = random.pick(notices);
    // The bank's own service, asked, tells of the last charge alone: of a second only its notice tells.
    const notice = door.name === 'vietcombank-ecom' && act === 'pay-twice' ? { ...drawn, lost: false } : drawn;
    // Nobody can be asked about a transfer: what was not told that day is told at its end.
    const kept = door.name === 'vietqr' && notice.lost === true;
    if (kept) this.#late.push(() => door.act(reference, act));
    else this.#told.push(door.act(reference, act, notice).catch(() => undefined));
    if (random.chance(0.3)) await this.#ground.gateway.json('POST', `/v1/payments/${id}/cancel`).catch(() => undefined);
    if (random.chance(0.3))
      await this.#ground.gateway.json('POST', `/v1/payments/${id}/refresh`).catch(() => undefined);
    await pause(random.int(0, 60));
  }

  /** All is well from now on: what they were told or not is told. */
  async ends(): Promise<void> {
    for (const { peer } of this.#doors) peer?.clearFaults();
    await Promise.all(this.#late.map((tell) => tell()));
    await Promise.all(this.#told);
  }
}
