import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import type { SyntheticDay } from '../../mocks/year/day.ts';
import { type GatewayClient, GatewayRefused } from '../../src/runtime/node/cli/client.ts';
import type { Ask, Opened, PaymentSeen } from './asked.ts';
import { type Books, Cashiers, type Door } from './cashiers.ts';
import { isLandTax } from './land-gateway.ts';
import { compareMoney, isMoneySound, type MoneyAccounts } from './money-accounts.ts';
import { play, storyOf } from './stories.ts';
import type { TillControls } from './till-processes.ts';

/** So few that the day takes no longer for them. */
const MOST = 240;
/** After this the demo no longer waits for what is not known, milliseconds. */
const SETTLE_LIMIT_MS = 20_000;
const LOOK_AGAIN_MS = 500;
/** They are asked so many at once. */
const ASKING = 6;

/** Units are paid by one door of the bank each, in turn, and by the national platform. */
const BANK_DOORS = ['vietcombank', 'vietcombank-ecom', 'vietqr'] as const;

/** The payments of a day: opened by the public contract while it passes, and settled at its end. */
export class DayOfPayments {
  readonly asks: ReadonlyMap<string, Ask>;
  readonly opened: Opened[] = [];
  /** In the gateway's own words; a refused second click is none. */
  readonly refused: string[] = [];
  secondClicksRefused = 0;
  askedAgain = 0;
  readonly #client: GatewayClient;
  readonly #cashiers: Cashiers;
  readonly #units: ReadonlyMap<string, { readonly door: (typeof BANK_DOORS)[number]; readonly account: string }>;
  readonly #late: string[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #opening = new Map<Door, Promise<unknown>>();
  readonly #begun = new Set<string>();

  constructor(day: SyntheticDay, client: GatewayClient, controls: TillControls) {
    this.#client = client;
    this.#cashiers = new Cashiers(controls);
    const chosen = day.plans
      .filter(({ channel, procedure }) => channel === 'online' && procedure.charge !== undefined)
      .slice(0, MOST);
    this.#units = new Map(
      [...new Set(chosen.map(({ unit }) => unit.code))].map((code, index) => [
        code,
        {
          door: BANK_DOORS[index % BANK_DOORS.length] ?? 'vietqr',
          account: `1012${String(index + 1).padStart(6, '0')}`,
        },
      ]),
    );
    const turns = new Map<Door, number>();
    this.asks = new Map(
      chosen.map(({ code, unit }, index): [string, Ask] => {
        const own = this.#units.get(unit.code);
        const door: Door = index % 3 === 0 || own === undefined ? 'national' : own.door;
        const turn = turns.get(door) ?? 0;
        turns.set(door, turn + 1);
        return [code, { dossier: code, door, story: storyOf(door, turn), turn, account: own?.account ?? '' }];
      }),
    );
  }

  /** Says where the money of each unit goes, and by which door. */
  async loadBeneficiaries(): Promise<void> {
    const loads = [...this.#units].map(([unit, { door, account }]) =>
      this.#client.json('PUT', `/v1/admin/beneficiaries/${encodeURIComponent(unit)}`, {
        accounts: (['national', door] as const).map((method) => ({
          ...{ method, bankBin: '970436', accountNumber: account, accountName: `DON VI MAU ${account.slice(-3)}` },
          ...{ treasuryAccount: null, chapter: null, subItem: null, validFrom: '2020-01-01', validTo: null },
        })),
      }),
    );
    await Promise.all(loads);
  }

  /** A dossier was accepted: its payment begins, once. */
  begin(dossier: DossierSnapshot): void {
    const ask = this.asks.get(dossier.code);
    if (ask === undefined || this.#begun.has(dossier.code)) return;
    this.#begun.add(dossier.code);
    const one = this.#pay(ask, dossier).catch((error: unknown) => {
      this.refused.push(`${ask.dossier} ${ask.door}: ${error instanceof Error ? error.message : error}`);
    });
    this.#underWay.add(one);
    void one.then(() => this.#underWay.delete(one));
  }

  /** By one door one after the other, so that a lost answer is that of the payment that it was meant for. */
  #open(ask: Ask, dossier: DossierSnapshot) {
    const { door, story } = ask;
    const before = this.#opening.get(door) ?? Promise.resolve();
    const one = before.then(async () => {
      if (story === 'no-page' && door !== 'vietqr') await this.#cashiers.loseNextPage(door);
      const body = requestOf(dossier, door);
      const clicks = story === 'double-click' ? 2 : 1;
      return Promise.allSettled(
        Array.from({ length: clicks }, () => this.#client.json<PaymentSeen>('POST', '/v1/payments', body)),
      );
    });
    this.#opening.set(
      door,
      one.catch(() => {}),
    );
    return one;
  }

  async #pay(ask: Ask, dossier: DossierSnapshot): Promise<void> {
    const { door, story } = ask;
    const answers = await this.#open(ask, dossier);
    const [payment] = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.body] : []));
    for (const answer of answers) {
      if (answer.status === 'fulfilled') continue;
      if (payment !== undefined && isDueTaken(answer.reason)) this.secondClicksRefused++;
      else throw answer.reason;
    }
    if (payment === undefined) return;
    const opened: Opened = { ask, payment, sent: [] };
    this.opened.push(opened);
    // Whoever has no page pays nothing, whatever was meant to become of it.
    if (payment.state !== 'awaiting-payment') return;
    if (story === 'withdrawn' || story === 'paid-after-cancel') await this.#cancel(payment);
    const payable = { door, reference: payment.reference, amountVnd: payment.amount.amount };
    const { sent, late } = await play(
      story,
      { ...payable, account: ask.account, dossier: ask.dossier },
      ask.turn,
      this.#cashiers,
    );
    opened.sent.push(...sent);
    this.#late.push(...late);
  }

  /** Refused while the other side does not know: then the page simply stands. */
  async #cancel({ id }: PaymentSeen): Promise<void> {
    await this.#client.json('POST', `/v1/payments/${id}/cancel`).catch((error: unknown) => {
      if (!(error instanceof GatewayRefused && error.status === 409)) throw error;
    });
  }

  /** Lets go what was kept back, asks about what is not known, and compares until both sides agree or the time is over. */
  async settle(signal: AbortSignal): Promise<MoneyAccounts> {
    const deadline = Date.now() + SETTLE_LIMIT_MS;
    await Promise.race([
      Promise.all(this.#underWay),
      new Promise((resolve) => setTimeout(resolve, SETTLE_LIMIT_MS).unref()),
    ]);
    if (this.#underWay.size > 0) this.refused.push(`còn dở (still under way): ${this.#underWay.size}`);
    await this.#cashiers.release();
    for (const bankReference of this.#late) await this.#cashiers.announce(bankReference);
    const books = await this.#cashiers.books();
    await this.#askAbout(({ uncertain, state }) => uncertain || OPEN.has(state), deadline);
    for (;;) {
      const accounts = await this.#compare(books);
      if (isMoneySound(accounts) || Date.now() > deadline) return accounts;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      signal.throwIfAborted();
      const differing = new Set(accounts.differing.map(({ reference }) => reference));
      await this.#askAbout(({ reference }) => differing.has(reference), deadline);
    }
  }

  async #compare(books: Books): Promise<MoneyAccounts> {
    const payments: PaymentSeen[] = [];
    for await (const payment of this.#client.items<PaymentSeen>('/v1/payments'))
      if (!isLandTax(payment)) payments.push(payment);
    return compareMoney(this.opened, payments, books, this.refused);
  }

  async #askAbout(which: (payment: PaymentSeen) => boolean, deadline: number): Promise<void> {
    const waiting: PaymentSeen[] = [];
    for await (const payment of this.#client.items<PaymentSeen>('/v1/payments'))
      if (payment.method !== 'vietqr' && !isLandTax(payment) && which(payment)) waiting.push(payment);
    const askers = Array.from({ length: ASKING }, async () => {
      for (let next = waiting.pop(); next !== undefined && Date.now() < deadline; next = waiting.pop()) {
        this.askedAgain++;
        // Who gets no answer now is asked again while the sides differ.
        await this.#client.json('POST', `/v1/payments/${next.id}/refresh`).catch((error: unknown) => {
          if (!(error instanceof GatewayRefused && error.status === 503)) throw error;
        });
      }
    });
    await Promise.all(askers);
  }
}

const OPEN: ReadonlySet<PaymentSeen['state']> = new Set(['creating', 'awaiting-payment']);
const isDueTaken = (error: unknown): boolean => error instanceof GatewayRefused && error.code === 'due-taken';

function requestOf({ code, applicant, fees = [] }: DossierSnapshot, door: Door): object {
  const { name, identities, phone, email, address } = applicant;
  return {
    ...{ dossierCode: code, method: door === 'vietcombank-ecom' ? 'vietcombank' : door },
    items: fees.map(({ paidBy: _paidBy, ...fee }) => fee),
    payer: { ...{ name, phone, email, address }, identity: identities?.[0] ?? null },
    ...{ payerIp: '127.0.0.1', description: `Le phi ho so ${code}` },
  };
}
