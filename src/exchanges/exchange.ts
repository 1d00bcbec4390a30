import type { AttemptPurpose, ExchangeKind, ExchangeState, Hold, SaidOf } from '../../contracts/domain/exchange.ts';
import type { BreakerState } from '../../contracts/domain/lane.ts';

/** One command to one system, without any person in it. Times are epoch milliseconds, here and below. */
export interface ExchangeSummary {
  readonly id: string;
  readonly system: string;
  readonly key: string;
  readonly operation: string;
  readonly seq: number;
  readonly kind: ExchangeKind;
  readonly version: number | null;
  readonly state: ExchangeState;
  readonly cause: string | null;
  readonly attempts: number;
  readonly acceptedAt: number;
  readonly acceptedBy: string;
  readonly nextTryAt: number | null;
  readonly settledAt: number | null;
  readonly supersededBy: string | null;
}

export interface ExchangeView extends ExchangeSummary {
  readonly stream: StreamPosition;
  /** What they only accepted is asked about until they answer. */
  readonly watch: ExchangeWatch | null;
  /** Newest first. */
  readonly tries: readonly Attempt[];
  /** Newest first. */
  readonly said: readonly Said[];
}

/** What a person said of it. */
export interface Said {
  readonly what: SaidOf;
  readonly words: string;
  readonly by: string;
  readonly at: number;
}

/** What holds an exchange; until when, where that is known: null waits for something else, or for a person. */
export interface HoldUntil {
  readonly why: Hold;
  readonly until: number | null;
}

/** Where it stands in its stream, and what holds it. */
export interface StreamPosition {
  readonly seq: number;
  readonly newest: boolean;
  readonly desiredVersion: number;
  /** The newest version that the system took; 0 is none. */
  readonly shownVersion: number;
  readonly shownAt: number | null;
  readonly holds: readonly HoldUntil[];
  readonly nextTryAt: number | null;
  readonly quietUntil: number | null;
  /** They asked for patience until then: a person may lift it. */
  readonly toldUntil: number | null;
  readonly asksFirst: boolean;
  readonly parked: {
    readonly reason: string;
    readonly by: string | null;
    readonly at: number | null;
    readonly until: number | null;
  } | null;
  readonly lane: {
    readonly name: string;
    readonly breaker: BreakerState;
    readonly openUntil: number | null;
    readonly notBefore: number | null;
    readonly pausedReason: string | null;
    readonly pausedBy: string | null;
  } | null;
}

export interface ExchangeWatch {
  readonly query: string;
  /** Their reference. */
  readonly ref: string;
  readonly asked: number;
  readonly nextAt: number | null;
  readonly until: number;
  readonly endedAt: number | null;
}

/** The part of one exchange in one call. */
export interface Attempt {
  readonly n: number;
  readonly call: string;
  readonly purpose: AttemptPurpose | null;
  readonly operation: string | null;
  readonly items: number | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: string | null;
  readonly code: string | null;
  /** Their own words; only for a stated purpose. */
  readonly detail: { readonly message: string; readonly fields: readonly string[] } | null;
  /** Their raw answer where one was kept; only for a stated purpose. */
  readonly answer: string | null;
}
