import { OpenCalls } from '../kit/open-calls.ts';
import { NO_SESSIONS } from '../kit/sessions.ts';
import { Simulation, type SimulationOptions } from '../kit/simulation.ts';
import { perform } from './acts.ts';
import { orderData } from './answers.ts';
import { type AccountRow, Bank } from './bank.ts';
import { type Counters, freshCounters } from './counters.ts';
import { creditNotices, isSuccess } from './credit-notices.ts';
import { noticeOf } from './notices.ts';
import { type Order, Orders } from './orders.ts';
import type { ActOrder } from './plan.ts';
import { DEFAULT_SETTINGS, type VietcombankSettings } from './settings.ts';
import { Teller, type Told } from './teller.ts';
import { type CreditPlan, soundTransfer, type Transfer } from './transfers.ts';

export interface StateOptions extends SimulationOptions {
  readonly settings?: Partial<VietcombankSettings>;
}

export interface Acted {
  readonly order: Order;
  /** Where the payer's browser goes. */
  readonly returnTo: string;
  /** Ends when the notices were taken, given up, lost or kept back. */
  readonly told: Promise<readonly Told[]>;
}

export interface Transferred {
  readonly rows: readonly AccountRow[];
  readonly told: Promise<readonly Told[]>;
}

/** Everything the simulated gateway and its bank hold and count, and the levers by which a test works them. */
export class GatewayState extends Simulation {
  override readonly settings: VietcombankSettings;
  override readonly counters: Counters = freshCounters();
  override readonly sessions = NO_SESSIONS;
  readonly orders: Orders;
  readonly bank: Bank;
  readonly openCalls: OpenCalls;
  /** The gateway's notices, and the bank's. */
  readonly notices: Teller;
  readonly credits: Teller;
  /** What CreateOrder's answer waits for. */
  #ahead: Promise<unknown> | undefined;

  constructor(options: StateOptions = {}) {
    super(options);
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.orders = new Orders(this.clock);
    this.bank = new Bank(this.clock, this.seed);
    this.openCalls = new OpenCalls(this.counters, (code) => {
      const order = this.orders.get(code);
      if (order !== undefined) order.overlaps += 1;
    });
    const pause = (ms: number) => this.pause(ms);
    this.notices = new Teller({
      seed: this.seed,
      pause,
      limits: () => {
        const { noticeAttempts: attempts, noticeRetryMs: retryMs, noticeTimeoutMs: timeoutMs } = this.settings;
        return { attempts, retryMs, timeoutMs };
      },
      isTaken: ({ status, body }) => status >= 200 && status < 300 && body.includes(this.settings.noticeAnswer),
    });
    this.credits = new Teller({
      seed: this.seed,
      pause,
      limits: () => {
        const { creditAttempts: attempts, creditRetryMs: retryMs, noticeTimeoutMs: timeoutMs } = this.settings;
        return { attempts, retryMs, timeoutMs };
      },
      isTaken: ({ status, body }) => status !== 0 && isSuccess(body),
    });
  }

  pageUrl({ tokenCode }: Order): string {
    return `${this.settings.publicUrl}/pages/${tokenCode}`;
  }

  /** Does it at once; the notices go on their own. Throws where the order's state forbids the act. */
  act(order: Order, what: ActOrder, first?: () => void): Acted {
    const plan = what.notice ?? this.settings.notice;
    const count = perform(this.orders, order, what, this.clock());
    const letters = Array.from({ length: count }, () => noticeOf(this, order, plan));
    return { order, returnTo: this.#returnTo(order, what), told: this.notices.tell(letters, plan, first) };
  }

  /** The act comes, and its notice goes, before CreateOrder is answered. */
  actAhead(order: Order, what: ActOrder): void {
    const gone = new Promise<void>((resolve) => void this.act(order, what, resolve).told.finally(resolve));
    this.#ahead = Promise.race([gone, this.pause(this.settings.aheadMs)]);
  }

  /** What an answer just made has to wait for, once. */
  takeAhead(): Promise<unknown> | undefined {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead;
  }

  /** Books them all, then tells of them together, so that they can overtake each other. */
  transfer(transfers: readonly Transfer[], plan: CreditPlan = this.settings.credit): Transferred {
    const sound = transfers.map(soundTransfer);
    const booked = sound.map((each) => ({ each, row: this.bank.book(each, this.settings.openingVnd) }));
    const letters = booked.flatMap(({ each, row }) => creditNotices(this, row, each.channels ?? 1, plan));
    return { rows: booked.map(({ row }) => row), told: this.tellCredits(letters, plan) };
  }

  tellCredits(letters: Parameters<Teller['tell']>[0], plan: CreditPlan): Promise<readonly Told[]> {
    if (this.settings.creditUrl === '') return Promise.resolve([]);
    return this.credits.tell(letters, plan.forged || plan.unsigned ? { ...plan, attempts: 1 } : plan);
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.inAMoment(ms, resolve));
  }

  override reset(): void {
    this.begin(freshCounters());
    this.openCalls.forgetOutstanding();
    this.orders.clear();
    this.bank.clear();
    this.notices.forget();
    this.credits.forget();
  }

  #returnTo(order: Order, { act }: ActOrder): string {
    const target = new URL((act === 'cancel' ? order.form.cancel_url : order.form.return_url) ?? '');
    const data = orderData(this.settings, order);
    for (const name of this.settings.returnFields) target.searchParams.set(name, String(data[name] ?? ''));
    return String(target);
  }
}
