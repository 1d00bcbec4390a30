import { OpenCalls } from '../../../mocks/kit/open-calls.ts';
import { seedOf } from '../../../mocks/kit/random.ts';
import { SessionBook } from '../../../mocks/kit/sessions.ts';
import {
  type CommonCounters,
  commonCounters,
  Simulation,
  type SimulationOptions,
} from '../../../mocks/kit/simulation.ts';
import { type CallsMade, makeCalls } from './calls.ts';
import { type BureauSettings, DEFAULT_SETTINGS } from './settings.ts';

/** What the bureau alone can do wrong: `ok` beside the words of a fault. It has not acted. */
export interface BureauFault {
  readonly kind: 'yes-with-fault';
}

export interface Page {
  readonly ref: string;
  readonly permit: string;
  readonly amount: number;
  readonly number: string;
}

export type Decision =
  | { readonly state: 'done'; readonly number: string }
  | { readonly state: 'refused'; readonly code: string; readonly text: string };
export interface Ticket {
  readonly ticket: string;
  readonly ref: string;
  readonly permit: string;
  readonly decided: { readonly state: 'pending' } | Decision;
}

export interface BureauCounters extends CommonCounters {
  pagesOpened: number;
  submissions: number;
}

export interface StateOptions extends SimulationOptions {
  readonly settings?: Partial<BureauSettings>;
}

const fresh = (): BureauCounters => ({ ...commonCounters(), pagesOpened: 0, submissions: 0 });
const serial = (prefix: string, n: number): string => `${prefix}-${String(n).padStart(6, '0')}`;

/**
 * Everything the practice bureau holds and counts. It deduplicates nothing: the same reference twice makes two pages or
 * two tickets and counts two effects, so that a double send is seen.
 */
export class BureauState extends Simulation<BureauFault> {
  override readonly settings: BureauSettings;
  override readonly counters: BureauCounters = fresh();
  override readonly sessions: SessionBook;
  readonly openCalls: OpenCalls;
  readonly pages: Page[] = [];
  readonly tickets = new Map<string, Ticket>();
  /** How often something took effect, by the reference of whoever asked for it. */
  readonly effects = new Map<string, number>();
  /** The calls that the bureau made, oldest first. */
  readonly callsMade: CallsMade[] = [];

  constructor(options: StateOptions = {}) {
    super(options);
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.sessions = new SessionBook(this.settings, this.counters, this.clock);
    this.openCalls = new OpenCalls(this.counters, () => undefined);
  }

  openPage(ref: string, permit: string, amount: number): Page {
    this.counters.pagesOpened += 1;
    this.#count(ref);
    const page = { ref, permit, amount, number: serial('TT', this.counters.pagesOpened) };
    this.pages.push(page);
    return page;
  }

  submit(ref: string, permit: string): Ticket {
    this.counters.submissions += 1;
    this.#count(ref);
    const ticket = serial('T', this.counters.submissions);
    const taken: Ticket = { ticket, ref, permit, decided: { state: 'pending' } };
    this.tickets.set(ticket, taken);
    const { doneAfterMs } = this.settings;
    // A reset may come in between: then another ticket, or none, stands under that number.
    if (doneAfterMs !== null)
      this.inAMoment(doneAfterMs, () => {
        if (this.tickets.get(ticket) === taken) this.decide(ticket);
      });
    return taken;
  }

  /** A ticket that somebody else's registration has: no effect of anything that was asked here. */
  hold(ticket: string, decided: Ticket['decided']): void {
    this.tickets.set(ticket, { ticket, ref: '', permit: '', decided });
  }

  /** Done under a number of its own unless told otherwise; false where there is no such ticket. */
  decide(ticket: string, decision?: Decision): boolean {
    const held = this.tickets.get(ticket);
    if (held === undefined) return false;
    const number = ticket.replace('T-', 'GP-');
    this.tickets.set(ticket, { ...held, decided: decision ?? { state: 'done', number } });
    const { tellUrl } = this.settings;
    if (tellUrl !== null) void this.call({ kind: 'tell', url: tellUrl, tickets: [ticket] });
    return true;
  }

  /** Calls whoever it is told to, and answers when every reply is in. */
  async call(order: Parameters<typeof makeCalls>[1]): Promise<CallsMade[]> {
    const made = await makeCalls(this, order, seedOf(this.seed, this.callsMade.length));
    this.callsMade.push(...made);
    return made;
  }

  override reset(): void {
    this.begin(fresh());
    this.openCalls.forgetOutstanding();
    this.pages.length = 0;
    this.tickets.clear();
    this.effects.clear();
    this.callsMade.length = 0;
  }

  #count(ref: string): void {
    this.effects.set(ref, (this.effects.get(ref) ?? 0) + 1);
  }
}
