import { type Random, seededRandom } from './random.ts';

/** How a simulated system says that a session is over; the real texts are not published (WIRE.md A2.4). */
export type ExpiredAs = 'code-minus-1' | 'code-2' | 'http-401' | 'http-200-text';

/**
 * What can go wrong. `act` says whether the system does what was asked before the answer is spoilt; spoilt answers
 * (`truncate`, `malformed`, `off-schema`) act unless told otherwise, a bare `status` does not.
 */
export type Fault =
  /** The answer waits this long, plus a random part of `jitterMs`; the system acts at the end of the wait. */
  | { readonly kind: 'delay'; readonly ms: number; readonly jitterMs?: number }
  /** The body comes in small pieces. */
  | { readonly kind: 'drip'; readonly chunkBytes?: number; readonly everyMs?: number }
  /** The Date header and the system's own times are off by this much. */
  | { readonly kind: 'clock-skew'; readonly ms: number }
  /** The connection is reset when the request line arrives; a rule that names a service or a code reads first. */
  | { readonly kind: 'reset-before-reading' }
  | { readonly kind: 'reset-before-acting' }
  /** No answer ever, and no effect. */
  | { readonly kind: 'hang' }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfter?: number | string;
      readonly body?: string;
      readonly act?: boolean;
    }
  /** Content-Length promises more than is sent. */
  | { readonly kind: 'truncate'; readonly act?: boolean }
  | { readonly kind: 'malformed'; readonly body?: string; readonly act?: boolean }
  | { readonly kind: 'off-schema'; readonly body?: unknown; readonly act?: boolean }
  | { readonly kind: 'expire-session'; readonly as?: ExpiredAs }
  | { readonly kind: 'refuse-login'; readonly code?: number | string; readonly message?: string }
  /** A business "no" without effect. */
  | { readonly kind: 'reject'; readonly code?: number | string; readonly message?: string }
  /** The same under an HTTP status of failure: a readable envelope where others put a page. */
  | {
      readonly kind: 'business-status';
      readonly status?: number;
      readonly code?: number | string;
      readonly message?: string;
    }
  /** Success for the call; a row for each dossier, in another spelling, says no. No effect. */
  | { readonly kind: 'foreign-item-row'; readonly row?: Readonly<Record<string, unknown>> }
  /** Code 0 beside a text that tells of a failure. No effect. */
  | { readonly kind: 'zero-with-failure'; readonly message?: string }
  /** The system acts, the answer is lost. */
  | { readonly kind: 'lose-reply'; readonly as?: 'reset' | 'hang' | 'status'; readonly status?: number }
  /** The answer is an error or silence now, the effect comes `afterMs` later. */
  | {
      readonly kind: 'process-late';
      readonly afterMs: number;
      readonly answer?: 'reset' | 'hang' | 'status';
      readonly status?: number;
    }
  /** `refuse` stops listening for `forMs` (connection refused); `unavailable` answers 503; `reset` resets. */
  | {
      readonly kind: 'outage';
      readonly mode?: 'refuse' | 'unavailable' | 'reset';
      readonly retryAfter?: number | string;
    };

export type FaultKind = Fault['kind'];

interface FaultMatch {
  /** A service name, `login`, or `any-call` for everything but the login. */
  readonly service?: string | readonly string[];
  /** Calls that carry one of these dossier codes. */
  readonly code?: string | readonly string[];
}

/** A fault with when it applies: how often (`times`), how likely (`probability`), how long (`forMs`). */
export type FaultRule = Fault & {
  readonly match?: FaultMatch;
  readonly times?: number;
  readonly probability?: number;
  readonly forMs?: number;
};

export interface ListedFault {
  readonly id: number;
  readonly rule: FaultRule;
  readonly applied: number;
  /** Epoch milliseconds; absent when it lasts. */
  readonly until?: number;
}

/** What one request meets. Modifiers add up; of the others the oldest rule that applies wins. */
export interface Drawn {
  delayMs: number;
  skewMs: number;
  drip: { chunkBytes: number; everyMs: number } | undefined;
  fault: Fault | undefined;
}

export const NO_FAULT: Drawn = Object.freeze({ delayMs: 0, skewMs: 0, drip: undefined, fault: undefined });

/** What the book needs to know of a request; `admitted` is false when it would be refused before any effect. */
export interface FaultSubject {
  readonly service: string;
  readonly codes: readonly string[];
  readonly admitted: boolean;
}

/** These speak of an effect or of a session, so they wait for a call that would have had one. */
const needAdmission: ReadonlySet<FaultKind> = new Set([
  'expire-session',
  'reject',
  'business-status',
  'foreign-item-row',
  'zero-with-failure',
  'lose-reply',
  'process-late',
]);

const asList = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

function matches(rule: FaultRule, subject: FaultSubject): boolean {
  if (rule.kind === 'refuse-login' && subject.service !== 'login') return false;
  if (needAdmission.has(rule.kind) && (!subject.admitted || subject.service === 'login')) return false;
  if (rule.match?.service !== undefined) {
    const services = asList(rule.match.service);
    if (!services.includes(subject.service) && !(services.includes('any-call') && subject.service !== 'login'))
      return false;
  }
  if (rule.match?.code !== undefined) {
    const codes = asList(rule.match.code);
    if (!subject.codes.some((code) => codes.includes(code))) return false;
  }
  return true;
}

interface Entry {
  readonly id: number;
  readonly rule: FaultRule;
  readonly until: number | undefined;
  applied: number;
}

/** The faults that are set now. Drawing is deterministic for a seed and an order of requests. */
export class FaultBook {
  readonly #clock: () => number;
  readonly #random: Random;
  readonly #counts: Partial<Record<FaultKind, number>> = {};
  #entries: Entry[] = [];
  #lastId = 0;

  constructor(clock: () => number, seed: number) {
    this.#clock = clock;
    this.#random = seededRandom(seed);
  }

  add(rule: FaultRule): number {
    this.#lastId += 1;
    const until = rule.forMs === undefined ? undefined : this.#clock() + rule.forMs;
    this.#entries.push({ id: this.#lastId, rule, until, applied: 0 });
    return this.#lastId;
  }

  /** Without an id all rules go. */
  clear(id?: number): void {
    this.#entries = id === undefined ? [] : this.#entries.filter((entry) => entry.id !== id);
  }

  list(): ListedFault[] {
    return this.#live().map(({ id, rule, applied, until }) =>
      until === undefined ? { id, rule, applied } : { id, rule, applied, until },
    );
  }

  /** How often each kind has been applied since the start, also by rules that are gone. */
  counts(): Partial<Record<FaultKind, number>> {
    return { ...this.#counts };
  }

  /** Faults that strike before the body is read: those that name neither a service nor a code. */
  drawEarly(): Fault | undefined {
    if (this.#entries.length === 0) return undefined;
    const entry = this.#live().find(({ rule }) => this.#isEarly(rule) && this.#falls(rule));
    if (entry === undefined) return undefined;
    this.#count(entry);
    return entry.rule;
  }

  draw(subject: FaultSubject): Drawn {
    if (this.#entries.length === 0) return NO_FAULT;
    const drawn: Drawn = { delayMs: 0, skewMs: 0, drip: undefined, fault: undefined };
    for (const entry of this.#live()) {
      const { rule } = entry;
      if (this.#isEarly(rule) || !matches(rule, subject)) continue;
      const modifies = rule.kind === 'delay' || rule.kind === 'drip' || rule.kind === 'clock-skew';
      if ((!modifies && drawn.fault !== undefined) || !this.#falls(rule)) continue;
      this.#count(entry);
      if (rule.kind === 'delay') drawn.delayMs += rule.ms + Math.round((rule.jitterMs ?? 0) * this.#random.next());
      else if (rule.kind === 'clock-skew') drawn.skewMs += rule.ms;
      else if (rule.kind === 'drip') drawn.drip = { chunkBytes: rule.chunkBytes ?? 8, everyMs: rule.everyMs ?? 50 };
      else drawn.fault = rule;
    }
    return drawn;
  }

  #isEarly(rule: FaultRule): boolean {
    return rule.kind === 'reset-before-reading' && rule.match === undefined;
  }

  #falls(rule: FaultRule): boolean {
    return rule.probability === undefined || this.#random.chance(rule.probability);
  }

  #live(): readonly Entry[] {
    const now = this.#clock();
    const over = ({ rule, applied, until }: Entry): boolean =>
      (rule.times !== undefined && applied >= rule.times) || (until !== undefined && now >= until);
    if (this.#entries.some(over)) this.#entries = this.#entries.filter((entry) => !over(entry));
    return this.#entries;
  }

  #count(entry: Entry): void {
    entry.applied += 1;
    this.#counts[entry.rule.kind] = (this.#counts[entry.rule.kind] ?? 0) + 1;
  }
}
