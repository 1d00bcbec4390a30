import type { LaneClass } from '../../adapters/adapter.ts';
import type { BreakerState, LaneState } from '../../contracts/domain/lane.ts';
import type { Capabilities } from './capabilities.ts';

/** How a system stands. Times are epoch milliseconds, here and below. */
export interface SystemView {
  readonly name: string;
  readonly title: { readonly vi: string; readonly en: string };
  readonly configured: boolean;
  readonly capabilities: Capabilities;
  readonly lanes: readonly LaneView[];
  readonly backlog: Backlog;
  readonly freshness: {
    readonly oldestWaitingAt: number | null;
    readonly oldestWaitingAgeSeconds: number | null;
    readonly lastDeliveredAt: number | null;
  };
  readonly estimate: {
    readonly deliveredPerSecond: number;
    /** When the backlog is gone at that rate, and not before what waits for a time; null when nothing goes. */
    readonly clearAt: number | null;
  };
}

export interface LaneView {
  readonly name: string;
  readonly class: LaneClass;
  readonly state: LaneState;
  readonly breaker: {
    readonly state: BreakerState;
    readonly cause: string | null;
    readonly openedAt: number | null;
    readonly openUntil: number | null;
  };
  readonly paused: { readonly by: string; readonly reason: string; readonly at: number } | null;
  /** They asked for silence until then. */
  readonly notBefore: number | null;
  /** The wait that they asked for last, of the lane or of single streams of it. */
  readonly told: { readonly until: number; readonly reason: string; readonly askedMs: number } | null;
  readonly ratePerSecond: number;
  readonly policyRatePerSecond: number;
  readonly concurrency: number;
  readonly openCalls: number;
  readonly downtime: {
    readonly windows: readonly { readonly days: readonly number[]; readonly from: string; readonly to: string }[];
    readonly until: number | null;
  };
}

/** Exchanges by where they stand; `waiting` will still be sent by itself, `parked` counts streams. */
export interface Backlog {
  readonly waiting: number;
  readonly pending: number;
  readonly sending: number;
  readonly retrying: number;
  readonly uncertain: number;
  readonly parked: number;
  readonly dead: number;
  readonly rejected: number;
}
