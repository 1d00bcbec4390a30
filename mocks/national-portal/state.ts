import { FaultBook, type FaultRule, type ListedFault } from '../kit/faults.ts';
import { type Counters, freshCounters } from './counters.ts';
import { DossierBook, type HeldDossier } from './dossiers.ts';
import type { Finding } from './judge.ts';
import { NationalBook, type NationalDossier } from './national.ts';
import { OpenCalls } from './open-calls.ts';
import { type PushOptions, type PushReply, pushDossiers } from './push.ts';
import { SessionBook } from './sessions.ts';
import { DEFAULT_SETTINGS, laySettings, type PortalSettings } from './settings.ts';
import { type Summary, summarise } from './summary.ts';

export interface Violation extends Finding {
  readonly at: number;
  readonly service: string;
  readonly code: string;
}

export interface StateOptions {
  readonly settings?: Partial<PortalSettings>;
  /** Seed of everything random here: delays' jitter, faults' probability, invented data. */
  readonly seed?: number;
  /** Epoch milliseconds; `Date.now` unless told otherwise. */
  readonly clock?: () => number;
}

/** How the state makes its server fall silent; absent when it serves without one. */
export interface Reachability {
  goAway(forMs?: number): void;
  comeBack(): Promise<void>;
}

const MOST_VIOLATIONS_KEPT = 500;
const MOST_PUSHES_KEPT = 5_000;

/** Everything the simulated portal holds and counts, and the levers by which a test works it. */
export class PortalState {
  readonly clock: () => number;
  readonly settings: PortalSettings;
  readonly counters: Counters = freshCounters();
  readonly sessions: SessionBook;
  readonly dossiers: DossierBook;
  readonly national: NationalBook;
  readonly openCalls: OpenCalls;
  readonly faults: FaultBook;
  /** The newest ones; `counters.violations` counts all. */
  violations: Violation[] = [];
  /** What came of the dossiers pushed to the province, oldest first. */
  pushes: PushReply[] = [];
  /** Of the invented national dossiers. */
  pushedSoFar = 0;
  readonly seed: number;
  #reachability: Reachability | undefined;
  readonly #late = new Set<NodeJS.Timeout>();
  readonly #waiting = new Set<NodeJS.Timeout>();

  constructor(options: StateOptions = {}) {
    this.clock = options.clock ?? Date.now;
    this.seed = options.seed ?? 1;
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.sessions = new SessionBook(this.settings, this.counters, this.clock);
    this.dossiers = new DossierBook(this.counters, this.clock);
    this.national = new NationalBook(this.clock);
    this.faults = new FaultBook(this.clock, this.seed);
    this.openCalls = new OpenCalls(this.counters, (code) => {
      const dossier = this.dossiers.get(code);
      if (dossier !== undefined) dossier.overlaps += 1;
    });
  }

  attach(reachability: Reachability): void {
    this.#reachability = reachability;
  }

  /** Throws on a name that is not a setting. */
  configure(changes: Partial<PortalSettings>): void {
    laySettings(this.settings, changes);
  }

  /** Returns the rule's id. An outage that refuses connections starts at once and needs `forMs` or `comeBack()`. */
  addFault(rule: FaultRule): number {
    if (rule.kind === 'outage' && (rule.mode ?? 'refuse') === 'refuse') {
      this.#reachability?.goAway(rule.forMs);
      return 0;
    }
    return this.faults.add(rule);
  }

  listFaults(): ListedFault[] {
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

  dossier(code: string): HeldDossier | undefined {
    return this.dossiers.get(code);
  }

  nationalDossier(code: string): NationalDossier | undefined {
    return this.national.get(code);
  }

  /** Somebody else moved the dossier on the portal. */
  moveDossier(code: string, status: string): void {
    this.dossiers.move(code, status);
  }

  /** Removes a dossier, as if the portal had lost it. */
  forgetDossier(code: string): boolean {
    return this.dossiers.forget(code);
  }

  summary(): Summary {
    return summarise(this);
  }

  /** Pushes portal-born dossiers to the province and answers when every reply is in. */
  async push(options: PushOptions): Promise<PushReply[]> {
    const replies = await pushDossiers(this, options);
    this.pushes = [...this.pushes, ...replies].slice(-MOST_PUSHES_KEPT);
    return replies;
  }

  recordViolations(service: string, code: string, findings: readonly Finding[]): void {
    this.counters.violations += findings.length;
    const at = this.clock();
    this.violations.push(...findings.map((finding) => ({ at, service, code, ...finding })));
    if (this.violations.length > MOST_VIOLATIONS_KEPT)
      this.violations.splice(0, this.violations.length - MOST_VIOLATIONS_KEPT);
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

  /** Forgets dossiers, counts, faults and sessions; settings stay. */
  reset(): void {
    drop(this.#late);
    this.openCalls.forgetOutstanding();
    const { openNow } = this.counters;
    Object.assign(this.counters, freshCounters(), { openNow });
    this.dossiers.clear();
    this.national.clear();
    this.sessions.endAll();
    this.counters.sessionsExpired = 0;
    this.faults.clear();
    this.violations = [];
    this.pushes = [];
    this.pushedSoFar = 0;
  }

  stop(): void {
    drop(this.#late);
    drop(this.#waiting);
  }
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
