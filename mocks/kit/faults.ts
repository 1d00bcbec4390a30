import { type Random, seededRandom } from './random.ts';

/**
 * What can go wrong with any system; what only one can do wrong it adds as `Own`. `act` says whether the system does what was asked before the answer is spoilt; spoilt answers
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
  /** `as`: in which of the system's ways it is said, where it has several. */
  | { readonly kind: 'expire-session'; readonly as?: string }
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

type FaultKind = Fault['kind'];

/** A fault that one system alone knows; it has no effect, and waits for a call that would have had one. */
export interface OwnFault {
  readonly kind: string;
}

interface FaultMatch {
  /** A service name, `login`, or `any-call` for everything but the login. */
  readonly service?: string | readonly string[];
  /** Calls that are about one of these: dossier codes, references. */
  readonly code?: string | readonly string[];
}

/** A fault with when it applies: how often (`times`), how likely (`probability`), how long (`forMs`). */
export type FaultRule<Own extends OwnFault = never> = (Fault | Own) & {
  readonly match?: FaultMatch;
  readonly times?: number;
  readonly probability?: number;
  readonly forMs?: number;
};

export interface ListedFault<Own extends OwnFault = never> {
  readonly id: number;
  readonly rule: FaultRule<Own>;
  readonly applied: number;
  /** Epoch milliseconds; absent when it lasts. */
  readonly until?: number;
}

/** What one request meets. Modifiers add up; of the others the oldest rule that applies wins. */
export interface Drawn<Own extends OwnFault = never> {
  delayMs: number;
  skewMs: number;
  drip: { chunkBytes: number; everyMs: number } | undefined;
  fault: Fault | Own | undefined;
}

const NO_FAULT: Drawn<never> = Object.freeze({ delayMs: 0, skewMs: 0, drip: undefined, fault: undefined });

/** What the book needs to know of a request; `admitted` is false when it would be refused before any effect. */
export interface FaultSubject {
  readonly service: string;
  readonly codes: readonly string[];
  readonly admitted: boolean;
}

/** `admitted`: it speaks of an effect or of a session, so that it waits for a call that would have had one. */
const strikes: Readonly<Record<FaultKind, 'any' | 'admitted'>> = {
  delay: 'any',
  drip: 'any',
  'clock-skew': 'any',
  'reset-before-reading': 'any',
  'reset-before-acting': 'any',
  hang: 'any',
  status: 'any',
  truncate: 'any',
  malformed: 'any',
  'off-schema': 'any',
  'expire-session': 'admitted',
  'refuse-login': 'any',
  reject: 'admitted',
  'business-status': 'admitted',
  'lose-reply': 'admitted',
  'process-late': 'admitted',
  outage: 'any',
};

/** Whether every system knows this fault. */
export const isGeneral = (fault: OwnFault): fault is Fault => Object.hasOwn(strikes, fault.kind);

type Modifier = Extract<Fault, { kind: 'delay' | 'drip' | 'clock-skew' }>;

/** A fault that adds to others instead of excluding them. */
function modifierOf(fault: OwnFault): Modifier | undefined {
  if (!isGeneral(fault)) return undefined;
  return fault.kind === 'delay' || fault.kind === 'drip' || fault.kind === 'clock-skew' ? fault : undefined;
}

const asList = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

function matches(rule: FaultRule<OwnFault>, subject: FaultSubject): boolean {
  if (rule.kind === 'refuse-login' && subject.service !== 'login') return false;
  if ((!isGeneral(rule) || strikes[rule.kind] === 'admitted') && (!subject.admitted || subject.service === 'login'))
    return false;
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

interface Entry<Own extends OwnFault> {
  readonly id: number;
  readonly rule: FaultRule<Own>;
  readonly until: number | undefined;
  applied: number;
}

/** The faults that are set now. Drawing is deterministic for a seed and an order of requests. */
export class FaultBook<Own extends OwnFault = never> {
  readonly #clock: () => number;
  readonly #random: Random;
  readonly #counts: Record<string, number> = {};
  #entries: Entry<Own>[] = [];
  #lastId = 0;

  constructor(clock: () => number, seed: number) {
    this.#clock = clock;
    this.#random = seededRandom(seed);
  }

  add(rule: FaultRule<Own>): number {
    this.#lastId += 1;
    const until = rule.forMs === undefined ? undefined : this.#clock() + rule.forMs;
    this.#entries.push({ id: this.#lastId, rule, until, applied: 0 });
    return this.#lastId;
  }

  /** Without an id all rules go. */
  clear(id?: number): void {
    this.#entries = id === undefined ? [] : this.#entries.filter((entry) => entry.id !== id);
  }

  list(): ListedFault<Own>[] {
    return this.#live().map(({ id, rule, applied, until }) =>
      until === undefined ? { id, rule, applied } : { id, rule, applied, until },
    );
  }

  /** How often each kind has been applied since the start, also by rules that are gone. */
  counts(): Record<string, number> {
    return { ...this.#counts };
  }

  /** Faults that strike before the body is read: those that name neither a service nor a code. */
  drawEarly(): Fault | Own | undefined {
    if (this.#entries.length === 0) return undefined;
    const entry = this.#live().find(({ rule }) => this.#isEarly(rule) && this.#falls(rule));
    if (entry === undefined) return undefined;
    this.#count(entry);
    return entry.rule;
  }

  draw(subject: FaultSubject): Drawn<Own> {
    if (this.#entries.length === 0) return NO_FAULT;
    const drawn: Drawn<Own> = { delayMs: 0, skewMs: 0, drip: undefined, fault: undefined };
    for (const entry of this.#live()) {
      const { rule } = entry;
      if (this.#isEarly(rule) || !matches(rule, subject)) continue;
      const modifier = modifierOf(rule);
      if ((modifier === undefined && drawn.fault !== undefined) || !this.#falls(rule)) continue;
      this.#count(entry);
      if (modifier === undefined) drawn.fault = rule;
      else if (modifier.kind === 'drip')
        drawn.drip = { chunkBytes: modifier.chunkBytes ?? 8, everyMs: modifier.everyMs ?? 50 };
      else if (modifier.kind === 'clock-skew') drawn.skewMs += modifier.ms;
      else drawn.delayMs += modifier.ms + Math.round((modifier.jitterMs ?? 0) * this.#random.next());
    }
    return drawn;
  }

  #isEarly(rule: FaultRule<Own>): boolean {
    return rule.kind === 'reset-before-reading' && rule.match === undefined;
  }

  #falls(rule: FaultRule<Own>): boolean {
    return rule.probability === undefined || this.#random.chance(rule.probability);
  }

  #live(): readonly Entry<Own>[] {
    const now = this.#clock();
    const over = ({ rule, applied, until }: Entry<Own>): boolean =>
      (rule.times !== undefined && applied >= rule.times) || (until !== undefined && now >= until);
    if (this.#entries.some(over)) this.#entries = this.#entries.filter((entry) => !over(entry));
    return this.#entries;
  }

  #count(entry: Entry<Own>): void {
    entry.applied += 1;
    this.#counts[entry.rule.kind] = (this.#counts[entry.rule.kind] ?? 0) + 1;
  }
}
