import { vietnamTime, vietnamTimeOrNull } from '../../../contracts/domain/time.ts';
import type { LaneView as LaneBody, SystemView as SystemBody, SystemHold } from '../../../contracts/v1/system.ts';
import type { Capabilities } from '../capabilities.ts';
import type { LaneHold } from '../holds.ts';
import type { Backlog, LaneView, SystemView } from '../system.ts';

/** What the contract's first version shows of a system, member by member. */
export const systemOf = ({ freshness, estimate, ...system }: SystemView): SystemBody => ({
  name: system.name,
  title: { vi: system.title.vi, en: system.title.en },
  configured: system.configured,
  capabilities: capabilitiesOf(system.capabilities),
  lanes: system.lanes.map(laneOf),
  backlog: backlogOf(system.backlog),
  freshness: {
    oldestWaitingAt: vietnamTimeOrNull(freshness.oldestWaitingAt),
    oldestWaitingAgeSeconds: freshness.oldestWaitingAgeSeconds,
    lastDeliveredAt: vietnamTimeOrNull(freshness.lastDeliveredAt),
  },
  estimate: {
    deliveredPerSecond: estimate.deliveredPerSecond,
    clearAt: vietnamTimeOrNull(estimate.clearAt),
  },
});

export const holdOf = ({ lane, why, until }: LaneHold): SystemHold => ({ lane, why, until: vietnamTimeOrNull(until) });

const capabilitiesOf = ({ operations, callbacks, assumed }: Capabilities): SystemBody['capabilities'] => ({
  operations: operations.map(({ name, kind, recovery, why, readsBack, timeoutMs, batchSize }) => ({
    ...{ name, kind, recovery, why, readsBack, timeoutMs, batchSize },
  })),
  callbacks: callbacks.map(({ path, kind, methods, verifier, maximumBytes }) => ({
    ...{ path, kind, methods: [...methods], verifier, maximumBytes },
  })),
  assumed: [...assumed],
});

const laneOf = ({ breaker, paused, downtime, told, ...lane }: LaneView): LaneBody => ({
  name: lane.name,
  class: lane.class,
  state: lane.state,
  breaker: {
    state: breaker.state,
    cause: breaker.cause,
    openedAt: vietnamTimeOrNull(breaker.openedAt),
    openUntil: vietnamTimeOrNull(breaker.openUntil),
  },
  paused: paused && { by: paused.by, reason: paused.reason, at: vietnamTime(paused.at) },
  notBefore: vietnamTimeOrNull(lane.notBefore),
  told: told && {
    until: vietnamTime(told.until),
    reason: told.reason,
    askedSeconds: Math.ceil(told.askedMs / 1000),
  },
  ratePerSecond: lane.ratePerSecond,
  policyRatePerSecond: lane.policyRatePerSecond,
  concurrency: lane.concurrency,
  openCalls: lane.openCalls,
  downtime: {
    windows: downtime.windows.map(({ days, from, to }) => ({ days: [...days], from, to })),
    until: vietnamTimeOrNull(downtime.until),
  },
});

const backlogOf = (held: Backlog): SystemBody['backlog'] => ({
  waiting: held.waiting,
  pending: held.pending,
  sending: held.sending,
  retrying: held.retrying,
  uncertain: held.uncertain,
  parked: held.parked,
  dead: held.dead,
  rejected: held.rejected,
});
