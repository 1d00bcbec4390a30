import type { Lanes } from '../delivery/sending/lanes.ts';
import type { Systems } from '../delivery/systems.ts';
import type { Measure, RoomMetrics } from '../observability/metrics.ts';
import type { Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import { type Backlog, type BacklogRow, readBacklog } from './backlog.ts';

/** Each of them stands at 0 where a configured system has none. */
const STATES = ['pending', 'sending', 'retrying', 'uncertain', 'rejected', 'dead', 'parked'] as const;
const UNSETTLED: ReadonlySet<string> = new Set(['pending', 'sending', 'retrying', 'uncertain']);

/** How delivery stands, as far as the store knows it, receivers of events among the systems. */
export function systemMetrics(parts: {
  readonly engine: Pick<Engine, 'scan'>;
  readonly lanes: Pick<Lanes, 'read'>;
  readonly systems: Pick<Systems, 'all'>;
  readonly platform: Platform;
}): RoomMetrics {
  return {
    gauges: {
      exchanges: { help: 'Exchanges that are open, refused or given up, by state', labels: ['system', 'state'] },
      exchanges_by_cause: {
        help: 'The same by what was asked for, and why it stands there',
        labels: ['system', 'operation', 'state', 'cause'],
      },
      backlog: { help: 'Exchanges that are still to be settled', labels: ['system'] },
      oldest_waiting_seconds: { help: 'Age of what has waited longest to be settled', labels: ['system'] },
      breaker_state: { help: '0 closed, 1 half open, 2 open', labels: ['lane'] },
      lane_paused: { help: '1 while a person or a rule has paused the lane', labels: ['lane'] },
    },
    read: async () => {
      const [open, lanes] = await Promise.all([readBacklog(parts.engine), parts.lanes.read()]);
      const configured = parts.systems.all.flatMap(({ name, adapter }) => (adapter === undefined ? [] : [name]));
      const named = [...new Set([...configured, ...open.rows.map(({ system }) => system), ...open.parked.keys()])];
      const [at, now] = [parts.platform.wall(), parts.platform.steady()];
      return [
        ...byState(named, open),
        ...open.rows.map(({ n, cause, ...of }) => ({
          ...{ name: 'exchanges_by_cause', labels: { ...of, cause: cause ?? '' } },
          value: n,
        })),
        ...named.flatMap((system) => waiting(system, open, at)),
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

const sum = (rows: readonly BacklogRow[]): number => rows.reduce((total, { n }) => total + n, 0);

const byState = (named: readonly string[], open: Backlog): Measure[] =>
  named.flatMap((system) =>
    STATES.map((state) => ({
      ...{ name: 'exchanges', labels: { system, state } },
      value:
        state === 'parked'
          ? (open.parked.get(system) ?? 0)
          : sum(open.rows.filter((row) => row.system === system && row.state === state)),
    })),
  );

function waiting(system: string, open: Backlog, at: number): readonly Measure[] {
  const unsettled = open.rows.filter((row) => row.system === system && UNSETTLED.has(row.state));
  const since = unsettled.length === 0 ? at : (open.oldest.get(system) ?? at);
  return [
    { name: 'backlog', labels: { system }, value: sum(unsettled) },
    { name: 'oldest_waiting_seconds', labels: { system }, value: Math.max(0, at - since) / 1000 },
  ];
}
