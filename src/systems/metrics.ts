import type { Lanes } from '../delivery/sending/lanes.ts';
import type { Measure, RoomMetrics } from '../observability/metrics.ts';
import type { Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import { type BacklogRow, backlog } from './backlog.ts';

const UNSETTLED: ReadonlySet<string> = new Set(['pending', 'sending', 'retrying', 'uncertain']);

/**
 * How delivery stands, as far as the store knows it, receivers of events among the systems. Its cost follows the backlog,
 * not the history.
 */
export function systemMetrics(parts: {
  readonly engine: Pick<Engine, 'scan'>;
  readonly lanes: Pick<Lanes, 'read'>;
  readonly platform: Platform;
}): RoomMetrics {
  return {
    gauges: {
      exchanges: { help: 'Exchanges that are open, refused or given up, by state', labels: ['system', 'state'] },
      backlog: { help: 'Exchanges that are still to be settled', labels: ['system'] },
      oldest_waiting_seconds: { help: 'Age of what has waited longest to be settled', labels: ['system'] },
      breaker_state: { help: '0 closed, 1 half open, 2 open', labels: ['lane'] },
      lane_paused: { help: '1 while a person or a rule has paused the lane', labels: ['lane'] },
    },
    read: async () => {
      const [open, lanes] = await Promise.all([parts.engine.scan<BacklogRow>(backlog()), parts.lanes.read()]);
      const [at, now] = [parts.platform.wall(), parts.platform.steady()];
      return [
        ...open.map(({ system, state, n }) => ({ name: 'exchanges', labels: { system, state }, value: n })),
        ...[...Map.groupBy(open, ({ system }) => system)].flatMap(([system, rows]) => waiting(system, rows, at)),
        ...lanes.flatMap(({ name: lane, breaker, open_until: openUntil, paused_by: pausedBy }) => [
          {
            ...{ name: 'breaker_state', labels: { lane } },
            value: breaker === 'closed' ? 0 : openUntil > now ? 2 : 1,
          },
          { name: 'lane_paused', labels: { lane }, value: pausedBy === null ? 0 : 1 },
        ]),
      ];
    },
  };
}

/** Nothing of a system that has nothing to settle. */
function waiting(system: string, rows: readonly BacklogRow[], at: number): readonly Measure[] {
  const unsettled = rows.filter(({ state }) => UNSETTLED.has(state));
  if (unsettled.length === 0) return [];
  const ages = unsettled.map(({ oldest }) => (oldest === null ? 0 : Math.max(0, at - oldest)));
  return [
    { name: 'backlog', labels: { system }, value: unsettled.reduce((sum, { n }) => sum + n, 0) },
    { name: 'oldest_waiting_seconds', labels: { system }, value: Math.max(...ages) / 1000 },
  ];
}
