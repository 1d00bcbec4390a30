import { OpenCalls } from '../kit/open-calls.ts';
import { SessionBook } from '../kit/sessions.ts';
import { Simulation, type SimulationOptions } from '../kit/simulation.ts';
import { type Counters, freshCounters } from './counters.ts';
import { DossierBook, type HeldDossier } from './dossiers.ts';
import type { PortalFault } from './fault.ts';
import type { Finding } from './judge.ts';
import { NationalBook, type NationalDossier } from './national.ts';
import { type PushOptions, type PushReply, pushDossiers } from './push.ts';
import { DEFAULT_SETTINGS, type PortalSettings } from './settings.ts';
import { type Summary, summarise } from './summary.ts';

export interface Violation extends Finding {
  readonly at: number;
  readonly service: string;
  readonly code: string;
}

export interface StateOptions extends SimulationOptions {
  readonly settings?: Partial<PortalSettings>;
}

const MOST_VIOLATIONS_KEPT = 500;
const MOST_PUSHES_KEPT = 5_000;

/** Everything the simulated portal holds and counts, and the levers by which a test works it. */
export class PortalState extends Simulation<PortalFault> {
  override readonly settings: PortalSettings;
  override readonly counters: Counters = freshCounters();
  override readonly sessions: SessionBook;
  readonly dossiers: DossierBook;
  readonly national: NationalBook;
  readonly openCalls: OpenCalls;
  /** The newest ones; `counters.violations` counts all. */
  violations: Violation[] = [];
  /** What came of the dossiers pushed to the province, oldest first. */
  pushes: PushReply[] = [];
  /** Of the invented national dossiers. */
  pushedSoFar = 0;

  constructor(options: StateOptions = {}) {
    super(options);
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.sessions = new SessionBook(this.settings, this.counters, this.clock);
    this.dossiers = new DossierBook(this.counters, this.clock);
    this.national = new NationalBook(this.clock);
    this.openCalls = new OpenCalls(this.counters, (code) => {
      const dossier = this.dossiers.get(code);
      if (dossier !== undefined) dossier.overlaps += 1;
    });
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

  override reset(): void {
    this.begin(freshCounters());
    this.openCalls.forgetOutstanding();
    this.dossiers.clear();
    this.national.clear();
    this.violations = [];
    this.pushes = [];
    this.pushedSoFar = 0;
  }
}
