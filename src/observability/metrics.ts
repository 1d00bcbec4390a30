/** What is measured. Labels are names from the program (routes, operations, states), never data. */
export interface Metrics {
  request(ended: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly durationMs: number;
  }): void;
  /** One conversation with a system. */
  call(ended: {
    readonly system: string;
    readonly operation: string;
    readonly outcome: string;
    readonly durationMs: number;
  }): void;
  /** An exchange entered this state: at its end, or in doubt. `cause` is null where the state says it all. */
  settled(ended: { readonly system: string; readonly state: string; readonly cause: string | null }): void;
  /** Everything as a scraper reads it. */
  render(): Promise<MetricsPage>;
}

interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

/** What a room measures: how things stand now, read when somebody scrapes. */
export interface RoomMetrics {
  /** Everything that `read` may answer, by name; the runtime puts the program's own before it. */
  readonly gauges: Readonly<Record<string, Gauge>>;
  read(): Promise<readonly Measure[]>;
}
export interface Gauge {
  readonly help: string;
  readonly labels: readonly string[];
  /** It only grows while the process lives: a counter, whose name ends in `_total`. */
  readonly counts?: true;
}
export interface Measure {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What can come of one configured system: each of these stands at 0 before it happens, so that the first one is seen. */
export interface Expected {
  readonly system: string;
  /** What its calls are counted under. */
  readonly operations: readonly string[];
}

/** Metrics as a runtime brings them. */
export interface MetricsPort extends Metrics {
  /** At the start: counts of these begin at 0 instead of with their first member. */
  expect(systems: readonly Expected[]): void;
  /** At the start: shows these besides. Throws where a name is taken. */
  show(metrics: RoomMetrics): void;
}

/** Measures nothing. */
export const noMetrics: MetricsPort = {
  request: () => {},
  call: () => {},
  settled: () => {},
  expect: () => {},
  show: () => {},
  render: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', text: '' }),
};
