import { setTimeout } from 'node:timers/promises';
import type { Counterpart, Counts, Misbehaviour } from '../../adapters/kit/conformance-harness.ts';
import type { Fault, FaultRule, OwnFault } from '../../mocks/kit/faults.ts';
import type { Simulation } from '../../mocks/kit/simulation.ts';

const anyCall = { service: 'any-call' } as const;
/** Long enough that a question asked at once comes before the act. */
const LATE_MS = 250;
const SKEW_MS = 3_600_000;

/** The misbehaviours that only a system's own words can express; left out: the system has no such thing. */
export interface OwnMisbehaviours<Own extends OwnFault> {
  readonly 'success-with-failure': Fault | Own;
  readonly 'item-refused'?: Fault | Own;
  readonly 'row-of-another'?: Fault | Own;
}

/** The fault that makes a simulated system misbehave in this way. */
function faultFor<Own extends OwnFault>(how: Misbehaviour, own: OwnMisbehaviours<Own>): Fault | Own | undefined {
  switch (how) {
    case 'silence':
      return { kind: 'hang' };
    case 'reset':
      return { kind: 'reset-before-acting' };
    case 'lost-reply':
      return { kind: 'lose-reply' };
    case 'acts-late':
      return { kind: 'process-late', afterMs: LATE_MS, answer: 'status', status: 504 };
    case 'slow-body':
      return { kind: 'drip', chunkBytes: 1, everyMs: 100 };
    case 'truncated':
      return { kind: 'truncate' };
    case 'malformed':
      return { kind: 'malformed' };
    case 'off-schema':
      return { kind: 'off-schema' };
    case 'status-500':
      return { kind: 'status', status: 500 };
    case 'status-503':
      return { kind: 'status', status: 503 };
    case 'status-503-retry-after':
      return { kind: 'status', status: 503, retryAfter: 7 };
    case 'status-429':
      return { kind: 'status', status: 429, retryAfter: 11 };
    case 'skewed-retry-after':
      return { kind: 'status', status: 503, retryAfter: new Date(Date.now() + SKEW_MS + 30_000).toUTCString() };
    case 'refused-under-4xx':
      return { kind: 'business-status', status: 400 };
    case 'refused-under-5xx':
      return { kind: 'business-status', status: 500 };
    case 'sessions-forgotten':
      return { kind: 'expire-session' };
    case 'logins-refused':
      return { kind: 'refuse-login' };
    default:
      return own[how];
  }
}

/** The rules by which a simulated system misbehaves in this way; logins are touched only where it is about them. */
function rulesFor<Own extends OwnFault>(how: Misbehaviour, own: OwnMisbehaviours<Own>): readonly FaultRule<Own>[] {
  const fault = faultFor(how, own);
  if (fault === undefined) throw new TypeError(`the system has no words for ${how}`);
  if (how === 'logins-refused') return [fault];
  const rule: FaultRule<Own> = { ...fault, match: anyCall };
  return how === 'skewed-retry-after' ? [rule, { kind: 'clock-skew', ms: SKEW_MS, match: anyCall }] : [rule];
}

interface RunningSimulation<Own extends OwnFault> {
  readonly state: Simulation<Own>;
  close(): Promise<void>;
}

/** A running simulator as the suite's counterpart; a system adds how its effects are counted. */
export abstract class SimulatedCounterpart<Own extends OwnFault, Running extends RunningSimulation<Own>>
  implements Counterpart
{
  readonly running: Running;
  readonly #own: OwnMisbehaviours<Own>;

  constructor(running: Running, own: OwnMisbehaviours<Own>) {
    this.running = running;
    this.#own = own;
  }

  /** All effects since the start. */
  abstract effects(): number;
  abstract effectsOf(command: string, input: unknown): number;

  misbehave(how: Misbehaviour | undefined): void {
    const { state } = this.running;
    state.clearFaults();
    if (how !== undefined) for (const rule of rulesFor(how, this.#own)) state.addFault(rule);
  }

  expireSessions(): void {
    this.running.state.expireSessions();
  }

  vanish(): void {
    this.running.state.addFault({ kind: 'outage', mode: 'refuse' });
  }

  async lateActsDone(): Promise<void> {
    const { faults, counters } = this.running.state;
    while (counters.lateEffects < (faults.counts()['process-late'] ?? 0)) await setTimeout(20);
  }

  counts(): Counts {
    const { counters } = this.running.state;
    const logins = counters.logins + counters.loginsRefused;
    return { logins, calls: counters.requests - logins, effects: this.effects() };
  }

  close(): Promise<void> {
    return this.running.close();
  }
}
