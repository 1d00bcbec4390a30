import type { Lanes } from '../delivery/sending/lanes.ts';
import type { DeliveryStateSource } from '../observability/metrics.ts';
import type { Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import { type BacklogRow, backlog } from './backlog.ts';

/** How delivery stands, for the metrics. Its cost follows the backlog, not the history. */
export function deliveryState(parts: {
  readonly engine: Pick<Engine, 'scan'>;
  readonly lanes: Pick<Lanes, 'read'>;
  readonly platform: Platform;
}): DeliveryStateSource {
  return async () => {
    const [open, lanes] = await Promise.all([parts.engine.scan<BacklogRow>(backlog()), parts.lanes.read()]);
    const now = parts.platform.wall();
    return {
      exchanges: open.map(({ system, state, n, oldest }) => ({
        system,
        state,
        count: n,
        oldestMs: oldest === null ? 0 : Math.max(0, now - oldest),
      })),
      lanes: lanes.map((lane) => ({
        lane: lane.name,
        breaker: lane.breaker === 'closed' ? 'closed' : lane.open_until > now ? 'open' : 'half-open',
        paused: lane.paused_by !== null,
      })),
    };
  };
}
