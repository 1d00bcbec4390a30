import { OpenCalls } from '../kit/open-calls.ts';
import { NO_SESSIONS } from '../kit/sessions.ts';
import { Simulation, type SimulationOptions } from '../kit/simulation.ts';
import { outcomesOf, perform } from './acts.ts';
import { type Counters, freshCounters } from './counters.ts';
import { keysFrom } from './keys.ts';
import { Ledger } from './ledger.ts';
import { type NoticeReply, tell } from './notices.ts';
import type { ActOrder, NoticePlan, Tidings } from './plan.ts';
import type { Payment } from './records.ts';
import { DEFAULT_SETTINGS, type EcomSettings } from './settings.ts';

export interface StateOptions extends SimulationOptions {
  readonly settings?: Partial<EcomSettings>;
}

export interface Acted {
  readonly payment: Payment;
  /** Where the payer's browser goes; undefined where the payment named no address. */
  readonly returnTo: string | undefined;
  /** Ends when the notices were taken, given up, lost or kept back. */
  readonly told: Promise<readonly NoticeReply[]>;
}

const MOST_NOTICES_KEPT = 5_000;

/** Everything the simulated bank holds and counts, and the levers by which a test works it. */
export class EcomState extends Simulation {
  override readonly settings: EcomSettings;
  override readonly counters: Counters = freshCounters();
  override readonly sessions = NO_SESSIONS;
  readonly ledger = new Ledger();
  readonly openCalls: OpenCalls;
  /** What came of the notices, oldest first. */
  notices: NoticeReply[] = [];
  /** Tidings kept back until they are let go. */
  held: Tidings[] = [];
  /** Tellings under way. */
  telling = 0;
  /** What verifyPayment's answer waits for. */
  #ahead: Promise<unknown> | undefined;

  constructor(options: StateOptions = {}) {
    super(options);
    const { settings = {} } = options;
    // Certificates are judged by the real time of whoever reads them, not by a simulated one.
    this.settings = { ...DEFAULT_SETTINGS, ...settings, ...keysFrom(settings, Date.now()) };
    this.openCalls = new OpenCalls(this.counters, (reference) => {
      const payment = this.ledger.get(reference);
      if (payment !== undefined) payment.overlaps += 1;
    });
  }

  pageUrl({ token }: Payment): string {
    return `${this.settings.publicUrl}/pages/${token}`;
  }

  /** Does it at once; the notices go on their own. Throws where the payment's state forbids the act. */
  act(payment: Payment, order: ActOrder, first?: () => void): Acted {
    const tidings = perform(this.ledger, payment, order, this.clock()).map((outcome) => ({ payment, outcome }));
    const told = this.tell(tidings, order.notice ?? this.settings.notice, first);
    return { payment, returnTo: payment.returnUrl || undefined, told };
  }

  /** The act comes, and its notice goes, before verifyPayment is answered. */
  actAhead(payment: Payment, order: ActOrder): void {
    const gone = new Promise<void>((resolve) => void this.act(payment, order, resolve).told.finally(resolve));
    this.#ahead = Promise.race([gone, this.pause(this.settings.aheadMs)]);
  }

  /** What an answer just made has to wait for, once. */
  takeAhead(): Promise<unknown> | undefined {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead;
  }

  async tell(tidings: readonly Tidings[], plan: NoticePlan, first?: () => void): Promise<readonly NoticeReply[]> {
    if (tidings.length === 0 || plan.lost || this.settings.notifyUrl === '') return [];
    if (plan.held) {
      this.held.push(...tidings);
      return [];
    }
    this.telling += 1;
    try {
      return await tell(this, tidings, plan, first);
    } finally {
      this.telling -= 1;
    }
  }

  tidingsOf(payment: Payment): Tidings[] {
    return outcomesOf(payment).map((outcome) => ({ payment, outcome }));
  }

  releaseHeld(): Tidings[] {
    return this.held.splice(0);
  }

  recordNotices(replies: readonly NoticeReply[], taken: number): void {
    this.counters.notices += replies.length;
    this.counters.noticesTaken += taken;
    this.notices = [...this.notices, ...replies].slice(-MOST_NOTICES_KEPT);
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.inAMoment(ms, resolve));
  }

  override reset(): void {
    this.begin(freshCounters());
    this.openCalls.forgetOutstanding();
    this.ledger.clear();
    this.notices = [];
    this.held = [];
  }
}
