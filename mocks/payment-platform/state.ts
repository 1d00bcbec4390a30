import { OpenCalls } from '../kit/open-calls.ts';
import { NO_SESSIONS } from '../kit/sessions.ts';
import { Simulation, type SimulationOptions } from '../kit/simulation.ts';
import { perform } from './acts.ts';
import { type Counters, freshCounters } from './counters.ts';
import { Ledger, type Transaction } from './ledger.ts';
import { type BillLookup, lookUpBill } from './lookup.ts';
import { type NoticeReply, tell } from './notices.ts';
import type { ActOrder, NoticePlan, Tidings } from './plan.ts';
import { returnSeal } from './seals.ts';
import { DEFAULT_SETTINGS, type PlatformSettings } from './settings.ts';

export interface StateOptions extends SimulationOptions {
  readonly settings?: Partial<PlatformSettings>;
}

export interface Acted {
  readonly transaction: Transaction;
  /** Where the payer's browser goes; undefined where the partner has no return address. */
  readonly returnTo: string | undefined;
  /** Ends when the notices were taken, given up, lost or kept back. */
  readonly told: Promise<readonly NoticeReply[]>;
}

const MOST_NOTICES_KEPT = 5_000;

/** Everything the simulated platform holds and counts, and the levers by which a test works it. */
export class PlatformState extends Simulation {
  override readonly settings: PlatformSettings;
  override readonly counters: Counters = freshCounters();
  override readonly sessions = NO_SESSIONS;
  readonly ledger: Ledger;
  readonly openCalls: OpenCalls;
  /** What came of the notices, oldest first. */
  notices: NoticeReply[] = [];
  /** Tidings kept back until they are let go. */
  held: Tidings[] = [];
  lookups: BillLookup[] = [];
  /** Tellings under way. */
  telling = 0;
  /** What INIT's answer waits for. */
  #ahead: Promise<unknown> | undefined;

  constructor(options: StateOptions = {}) {
    super(options);
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.ledger = new Ledger(this.clock);
    this.openCalls = new OpenCalls(this.counters, (reference) => {
      const transaction = this.ledger.get(reference);
      if (transaction !== undefined) transaction.overlaps += 1;
    });
  }

  pageUrl({ token }: Transaction): string {
    return `${this.settings.publicUrl}/pages/${token}`;
  }

  /** WIRE-2 1.9: only 00 and 01 are seen there. */
  returnTo({ reference, status }: Transaction): string | undefined {
    if (this.settings.returnUrl === '') return undefined;
    const fields = { data: reference, responseCode: status === 'paid' ? '00' : '01' };
    const query = new URLSearchParams({ ...fields, secureCode: returnSeal(fields, this.settings.secret) });
    return `${this.settings.returnUrl}?${query}`;
  }

  /** Does it at once; the notices go on their own. Throws where the transaction's state forbids the act. */
  act(transaction: Transaction, order: ActOrder, first?: () => void): Acted {
    const outcomes = perform(this.ledger, transaction, order, this.clock());
    const tidings = outcomes.map((outcome) => ({ transaction, outcome }));
    const told = this.tell(tidings, order.notice ?? this.settings.notice, first);
    return { transaction, returnTo: this.returnTo(transaction), told };
  }

  /** The act comes, and its notice goes, before INIT is answered. */
  actAhead(transaction: Transaction, order: ActOrder): void {
    const gone = new Promise<void>((resolve) => void this.act(transaction, order, resolve).told.finally(resolve));
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

  /** Everything that was to be told of a transaction, told or not. */
  tidingsOf(transaction: Transaction): Tidings[] {
    const { charges, code, endedAt } = transaction;
    const paid = charges.map((charge) => ({ transaction, outcome: { code: '00', charge, at: charge.at } }));
    if (paid.length > 0 || endedAt === undefined) return paid;
    return [{ transaction, outcome: { code, charge: undefined, at: endedAt } }];
  }

  releaseHeld(): Tidings[] {
    return this.held.splice(0);
  }

  recordNotices(replies: readonly NoticeReply[], taken: number): void {
    this.counters.notices += replies.length;
    this.counters.noticesTaken += taken;
    this.notices = [...this.notices, ...replies].slice(-MOST_NOTICES_KEPT);
  }

  /** Asks the partner for the bill of a dossier (WIRE.md 2.4); what is found can be paid by its MaTraCuuTT. */
  async lookUp(code: string, amountVnd?: number): Promise<BillLookup> {
    const lookup = await lookUpBill(this, code, amountVnd);
    this.counters.lookups += 1;
    this.lookups.push(lookup);
    return lookup;
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
    this.lookups = [];
  }
}
