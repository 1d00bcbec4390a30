import { OpenCalls } from '../kit/open-calls.ts';
import { SessionBook } from '../kit/sessions.ts';
import { type CommonCounters, commonCounters, Simulation, type SimulationOptions } from '../kit/simulation.ts';
import type { HeardReply } from '../kit/telling.ts';
import { LandBook } from './dossiers.ts';
import { DEFAULT_SETTINGS, type LandSettings } from './settings.ts';
import type { LandTelling } from './told.ts';

/** A yes beside the words of a failure, and nothing done. */
export interface LandFault {
  readonly kind: 'yes-with-failure';
}

export interface LandCounters extends CommonCounters {
  received: number;
  supplemented: number;
  returned: number;
  wrongResults: number;
  /** What was told again and changed nothing. */
  repeats: number;
  /** Callbacks made, and those that were answered Result 1. */
  told: number;
  taken: number;
}
const fresh = (): LandCounters => ({
  ...commonCounters(),
  received: 0,
  supplemented: 0,
  returned: 0,
  wrongResults: 0,
  repeats: 0,
  told: 0,
  taken: 0,
});

export interface LandStateOptions extends SimulationOptions {
  readonly settings?: Partial<LandSettings>;
}

const MOST_CALLBACKS_KEPT = 5_000;

/** Everything the simulated land system holds and counts. */
export class LandSimulation extends Simulation<LandFault> {
  override readonly settings: LandSettings;
  override readonly counters: LandCounters = fresh();
  override readonly sessions: SessionBook;
  readonly book = new LandBook();
  readonly openCalls: OpenCalls;
  /** What came of the newest callbacks, oldest first. */
  callbacks: HeardReply<LandTelling>[] = [];

  constructor(options: LandStateOptions = {}) {
    super(options);
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.sessions = new SessionBook(this.settings, this.counters, this.clock);
    this.openCalls = new OpenCalls(this.counters, (number) => {
      const held = this.book.get(number);
      if (held !== undefined) held.overlaps += 1;
    });
  }

  heard(round: readonly HeardReply<LandTelling>[]): void {
    this.counters.told += round.length;
    this.counters.taken += round.filter(({ taken }) => taken).length;
    this.callbacks = [...this.callbacks, ...round].slice(-MOST_CALLBACKS_KEPT);
  }

  override reset(): void {
    this.begin(fresh());
    this.openCalls.forgetOutstanding();
    this.book.clear();
    this.callbacks = [];
  }
}
