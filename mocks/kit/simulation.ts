import { FaultBook, type FaultRule, type ListedFault, type OwnFault } from './faults.ts';

export interface SessionCounters {
  logins: number;
  loginsRefused: number;
  sessionsExpired: number;
}
export interface OpenCounters {
  /** Two requests that change one thing were open at the same time. */
  overlaps: number;
  /** A request came while an effect of an earlier one for the same thing was still outstanding. */
  duringLate: number;
  openNow: number;
  openMost: number;
}
/** What every simulated system counts; each adds its effects. */
export interface CommonCounters extends SessionCounters, OpenCounters {
  requests: number;
  /** Answered calls of each service, refused ones included. */
  calls: Record<string, number>;
  /** Answers that are a business "no". */
  refusals: number;
  lateEffects: number;
}

export const commonCounters = (): CommonCounters => ({
  requests: 0,
  logins: 0,
  loginsRefused: 0,
  sessionsExpired: 0,
  calls: {},
  refusals: 0,
  overlaps: 0,
  duringLate: 0,
  lateEffects: 0,
  openNow: 0,
  openMost: 0,
});

export interface SimulationOptions {
  /** Seed of everything random here: delays' jitter, faults' probability, invented data. */
  readonly seed?: number;
  /** Epoch milliseconds; `Date.now` unless told otherwise. */
  readonly clock?: () => number;
}

/** How a simulation makes its server fall silent; absent when it serves without one. */
export interface Reachability {
  goAway(forMs?: number): void;
  comeBack(): Promise<void>;
}

/**
 * The part of a simulated system that is the same for all: time, faults, and effects that come later. A system extends
 * it with its sessions, what it holds, and what it counts.
 */
export abstract class Simulation<Own extends OwnFault = never> {
  abstract readonly counters: CommonCounters;
  abstract readonly settings: object;
  abstract readonly sessions: { readonly live: number; endAll(): void; end(session: unknown): void };
  readonly clock: () => number;
  readonly seed: number;
  readonly faults: FaultBook<Own>;
  #reachability: Reachability | undefined;
  readonly #late = new Set<NodeJS.Timeout>();
  readonly #waiting = new Set<NodeJS.Timeout>();

  constructor(options: SimulationOptions = {}) {
    this.clock = options.clock ?? Date.now;
    this.seed = options.seed ?? 1;
    this.faults = new FaultBook(this.clock, this.seed);
  }

  /** Forgets what is held, counts, faults and sessions; settings stay. */
  abstract reset(): void;

  attach(reachability: Reachability): void {
    this.#reachability = reachability;
  }

  /** Throws on a name that is not a setting, so that a misspelt one is heard. */
  configure(changes: Readonly<Record<string, unknown>>): void {
    for (const name of Object.keys(changes)) {
      if (!(name in this.settings)) throw new TypeError(`no such setting: ${name}`);
    }
    Object.assign(this.settings, changes);
  }

  /** Returns the rule's id. An outage that refuses connections starts at once and needs `forMs` or `comeBack()`. */
  addFault(rule: FaultRule<Own>): number {
    if (refusesConnections(rule)) {
      this.#reachability?.goAway(rule.forMs);
      return 0;
    }
    return this.faults.add(rule);
  }

  listFaults(): ListedFault<Own>[] {
    return this.faults.list();
  }

  clearFaults(id?: number): void {
    this.faults.clear(id);
  }

  /** Ends an outage that refuses connections before its time. */
  async comeBack(): Promise<void> {
    await this.#reachability?.comeBack();
  }

  expireSessions(): void {
    this.sessions.endAll();
  }

  /** An answer that waits; a reset does not touch it. */
  inAMoment(afterMs: number, act: () => void): void {
    schedule(this.#waiting, afterMs, act);
  }

  /** An effect that no caller waits for any more; forgotten at a reset. */
  later(afterMs: number, act: () => void): void {
    schedule(this.#late, afterMs, () => {
      this.counters.lateEffects += 1;
      act();
    });
  }

  /** The common part of a reset: `fresh` are the counters as they were at the start. */
  protected begin(fresh: CommonCounters): void {
    drop(this.#late);
    const { openNow } = this.counters;
    this.sessions.endAll();
    Object.assign(this.counters, fresh, { openNow });
    this.faults.clear();
  }

  stop(): void {
    drop(this.#late);
    drop(this.#waiting);
  }
}

/** Whether the rule takes the system's port away. */
export function refusesConnections(rule: FaultRule<OwnFault>): boolean {
  return rule.kind === 'outage' && (!('mode' in rule) || rule.mode === undefined || rule.mode === 'refuse');
}

function schedule(timers: Set<NodeJS.Timeout>, afterMs: number, act: () => void): void {
  const timer = setTimeout(() => {
    timers.delete(timer);
    act();
  }, afterMs);
  timers.add(timer);
}

function drop(timers: Set<NodeJS.Timeout>): void {
  for (const timer of timers) clearTimeout(timer);
  timers.clear();
}
