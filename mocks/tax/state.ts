import { OpenCalls } from '../kit/open-calls.ts';
import { NO_SESSIONS } from '../kit/sessions.ts';
import { type CommonCounters, commonCounters, Simulation, type SimulationOptions } from '../kit/simulation.ts';
import { TaxBook } from './book.ts';
import { keysFrom } from './keys.ts';
import type { Pushed, PushReply } from './pushes.ts';
import { DEFAULT_SETTINGS, type TaxSettings } from './settings.ts';

interface TaxCounters extends CommonCounters {
  /** Questions whose token or signature was not good. */
  badTokens: number;
  badSignatures: number;
  /** Pushes that went out, repeats included, and those that were answered 0 or 1. */
  pushes: number;
  pushesTaken: number;
}
const freshCounters = (): TaxCounters => ({
  ...commonCounters(),
  badTokens: 0,
  badSignatures: 0,
  pushes: 0,
  pushesTaken: 0,
});

export interface StateOptions extends SimulationOptions {
  readonly settings?: Partial<TaxSettings>;
}

const MOST_PUSHES_KEPT = 5_000;

/** Everything the simulated gateway holds and counts. */
export class TaxState extends Simulation {
  override readonly settings: TaxSettings;
  override readonly counters: TaxCounters = freshCounters();
  override readonly sessions = NO_SESSIONS;
  readonly book = new TaxBook();
  readonly openCalls: OpenCalls;
  readonly nonces = new Set<string>();
  /** Answers so far: numbers of their messages. */
  answered = 0;
  /** What was pushed, and what came of it, oldest first. */
  pushes: readonly Pushed[] = [];

  constructor(options: StateOptions = {}) {
    super(options);
    const { settings = {} } = options;
    // Certificates are judged by the real time of whoever reads them, not by a simulated one.
    this.settings = { ...DEFAULT_SETTINGS, ...settings, ...keysFrom(settings, Date.now()) };
    this.openCalls = new OpenCalls(this.counters, () => undefined);
  }

  recordPushes(pushed: readonly Pushed[]): void {
    this.counters.pushes += pushed.length;
    this.counters.pushesTaken += pushed.filter(isTaken).length;
    this.pushes = [...this.pushes, ...pushed].slice(-MOST_PUSHES_KEPT);
  }

  override reset(): void {
    this.begin(freshCounters());
    this.openCalls.forgetOutstanding();
    this.book.clear();
    this.nonces.clear();
    this.pushes = [];
  }
}

function isTaken({ body }: PushReply): boolean {
  try {
    const { error_code: code } = JSON.parse(body) as { readonly error_code?: unknown };
    return code === 0 || code === 1;
  } catch {
    return false;
  }
}
