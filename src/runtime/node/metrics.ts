import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { DeliveryState, DeliveryStateSource, Metrics } from '../../observability/metrics.ts';

const BREAKER: Readonly<Record<'closed' | 'half-open' | 'open', number>> = { closed: 0, 'half-open': 1, open: 2 };
const UNSETTLED: ReadonlySet<string> = new Set(['pending', 'sending', 'retrying', 'uncertain']);
/** Scrapes within this time share one reading of the store. */
const STATE_MS = 5_000;

/** Metrics by prom-client: what the process counts as it goes, and how delivery stands, read when scraped. */
export function nodeMetrics(deliveryState?: DeliveryStateSource): Metrics {
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
  const exchanges = gauge('exchanges', 'Exchanges that are open, refused or given up, by state', 'system', 'state');
  const waiting = gauge('backlog', 'Exchanges that are still to be settled', 'system');
  const oldest = gauge('oldest_waiting_seconds', 'Age of what has waited longest to be settled', 'system');
  const breaker = gauge('breaker_state', '0 closed, 1 half open, 2 open', 'lane');
  const paused = gauge('lane_paused', '1 while a person or a rule has paused the lane', 'lane');
  const delivery = [exchanges, waiting, oldest, breaker, paused];
  const loop = gauge('event_loop_delay_seconds', 'Delay of the event loop since the last scrape', 'quantile');

  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();

  let read: { readonly at: number; readonly state: Promise<DeliveryState> } | undefined;
  async function readState(source: DeliveryStateSource): Promise<void> {
    const now = performance.now();
    if (read === undefined || now - read.at > STATE_MS) read = { at: now, state: source() };
    const state = await read.state;
    for (const each of delivery) each.reset();
    const longest = new Map<string, number>();
    for (const { system, state: name, count, oldestMs } of state.exchanges) {
      exchanges.set({ system, state: name }, count);
      if (!UNSETTLED.has(name)) continue;
      waiting.inc({ system }, count);
      const known = longest.get(system) ?? 0;
      longest.set(system, Math.max(known, oldestMs));
    }
    for (const [system, ms] of longest) oldest.set({ system }, ms / 1000);
    for (const lane of state.lanes) {
      breaker.set({ lane: lane.lane }, BREAKER[lane.breaker]);
      paused.set({ lane: lane.lane }, lane.paused ? 1 : 0);
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
    render: async () => {
      if (deliveryState !== undefined) {
        try {
          await readState(deliveryState);
        } catch {
          // A store that cannot be read must not hide the process's own numbers: these gauges are left out instead.
          read = undefined;
          for (const each of delivery) each.reset();
        }
      }
      loop.set({ quantile: '0.5' }, delay.percentile(50) / 1e9);
      loop.set({ quantile: '0.99' }, delay.percentile(99) / 1e9);
      loop.set({ quantile: '1' }, delay.max / 1e9);
      delay.reset();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
