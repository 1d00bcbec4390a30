import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricsPort, RoomMetrics } from '../../observability/metrics.ts';

/** What rooms measure, each with the gauge that shows it. */
interface Shown {
  readonly gauges: ReadonlyMap<string, Gauge>;
  readonly read: RoomMetrics['read'];
}

/** Metrics by prom-client: what the process counts as it goes, and what rooms measure, read when scraped. */
export function nodeMetrics(): MetricsPort {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

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
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `lienthong_${name}`, help, labelNames, registers });
  const loop = gauge('event_loop_delay_seconds', 'Delay of the event loop since the last scrape', 'quantile');

  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();

  const shown: Shown[] = [];
  async function measure({ gauges, read }: Shown): Promise<void> {
    // What cannot be read must not hide the process's own numbers, nor show old ones: these gauges are left out instead.
    const measures = await read().catch(() => []);
    for (const each of gauges.values()) hide(each);
    for (const { name, labels, value } of measures) gauges.get(name)?.set({ ...labels }, value);
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
    show: ({ gauges, read }) => {
      const named = Object.entries(gauges).map(
        ([name, { help, labels }]) => [name, gauge(name, help, ...labels)] as const,
      );
      shown.push({ gauges: new Map(named), read });
    },
    render: async () => {
      await Promise.all(shown.map(measure));
      loop.set({ quantile: '0.5' }, delay.percentile(50) / 1e9);
      loop.set({ quantile: '0.99' }, delay.percentile(99) / 1e9);
      loop.set({ quantile: '1' }, delay.max / 1e9);
      delay.reset();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** Without labels a gauge that is reset stands at 0, which is a number that nobody measured. */
function hide(gauge: Gauge): void {
  gauge.reset();
  gauge.remove({});
}
