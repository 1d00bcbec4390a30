import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { CAUSES, OUTCOMES, SETTLED } from '../../delivery/expected.ts';
import type { MetricsPort, RoomMetrics } from '../../observability/metrics.ts';
import { PROGRAM_VERSION } from '../../store/migrations/migrate.ts';

const MISNAMED = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total'];

/** What rooms measure, each with what shows it. */
interface Shown {
  readonly gauges: ReadonlyMap<string, Gauge | Counter>;
  readonly read: RoomMetrics['read'];
}

/** Metrics by prom-client: what the process counts as it goes, and what rooms measure, read when scraped. */
export function nodeMetrics(): MetricsPort {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  // Gauges under names of counters; the same by kind of resource stands beside them.
  for (const name of MISNAMED) registry.removeSingleMetric(name);

  const requests = new Counter({
    name: 'lienthong_http_requests_total',
    help: 'Requests answered, by route pattern and status',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'lienthong_http_request_duration_seconds',
    help: 'Time from the request to its answer',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const calls = new Counter({
    name: 'lienthong_calls_total',
    help: 'Conversations with national systems, by outcome',
    labelNames: ['system', 'operation', 'outcome'],
    registers,
  });
  const callDurations = new Histogram({
    name: 'lienthong_call_duration_seconds',
    help: 'Time one conversation took',
    labelNames: ['system', 'operation'],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    registers,
  });
  const settled = new Counter({
    name: 'lienthong_exchanges_settled_total',
    help: 'Exchanges that were delivered, refused or given up, or came to be in doubt',
    labelNames: ['system', 'state'],
    registers,
  });
  const causes = new Counter({
    name: 'lienthong_exchange_causes_total',
    help: 'Why exchanges were refused, given up or came to be in doubt',
    labelNames: ['system', 'state', 'cause'],
    registers,
  });
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `lienthong_${name}`, help, labelNames, registers });
  const loop = gauge('event_loop_delay_seconds', 'Delay of the event loop since the last scrape', 'percentile');
  gauge('build_info', 'Always 1; its labels say which program runs', 'version', 'node').set(
    { version: PROGRAM_VERSION, node: process.versions.node },
    1,
  );

  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();

  const shown: Shown[] = [];
  async function measure({ gauges, read }: Shown): Promise<void> {
    // What cannot be read must not hide the process's own numbers, nor show old ones: these gauges are left out instead.
    const measures = await read().catch(() => []);
    for (const each of gauges.values()) hide(each);
    for (const { name, labels, value } of measures) {
      const shows = gauges.get(name);
      if (shows instanceof Counter) shows.inc({ ...labels }, value);
      else shows?.set({ ...labels }, value);
    }
  }

  // Label objects are kept: making and hashing one a request costs more than the counting.
  const labels = new Map<
    string,
    { readonly counted: { inc(): void }; readonly timed: { observe(value: number): void } }
  >();
  function labelled(method: string, route: string, status: number) {
    const key = `${method} ${route} ${status}`;
    let held = labels.get(key);
    if (held === undefined) {
      const counted = requests.labels(method, route, String(status));
      const timed = durations.labels(method, route);
      held = { counted: { inc: () => counted.inc() }, timed: { observe: (value) => timed.observe(value) } };
      labels.set(key, held);
    }
    return held;
  }

  return {
    request: ({ method, route, status, durationMs }) => {
      const held = labelled(method, route, status);
      held.counted.inc();
      held.timed.observe(durationMs / 1000);
    },
    call: ({ system, operation, outcome, durationMs }) => {
      calls.inc({ system, operation, outcome });
      callDurations.observe({ system, operation }, durationMs / 1000);
    },
    settled: ({ system, state, cause }) => {
      settled.inc({ system, state });
      if (state in CAUSES) causes.inc({ system, state, cause: cause ?? '' });
    },
    expect: (systems) => {
      for (const { system, operations } of systems) {
        for (const operation of operations)
          for (const outcome of OUTCOMES) calls.inc({ system, operation, outcome }, 0);
        for (const state of SETTLED) settled.inc({ system, state }, 0);
        for (const [state, known] of Object.entries(CAUSES))
          for (const cause of known) causes.inc({ system, state, cause }, 0);
      }
    },
    show: ({ gauges, read }) => {
      const named = Object.entries(gauges).map(([name, { help, labels, counts }]) => {
        const shows = counts
          ? new Counter({ name: `lienthong_${name}`, help, labelNames: [...labels], registers })
          : gauge(name, help, ...labels);
        return [name, shows] as const;
      });
      shown.push({ gauges: new Map(named), read });
    },
    render: async () => {
      await Promise.all(shown.map(measure));
      loop.set({ percentile: '50' }, delay.percentile(50) / 1e9);
      loop.set({ percentile: '99' }, delay.percentile(99) / 1e9);
      loop.set({ percentile: '100' }, delay.max / 1e9);
      delay.reset();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** Without labels a gauge that is reset stands at 0, which is a number that nobody measured. */
function hide(gauge: Gauge | Counter): void {
  gauge.reset();
  gauge.remove({});
}
