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
  /** Everything as a scraper reads it. */
  render(): Promise<MetricsPage>;
}

interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

/** How delivery stands now, as far as the store knows it: read when somebody scrapes. */
export interface DeliveryState {
  /** What is not settled, or was refused or given up: by state, with the age of the oldest. */
  readonly exchanges: readonly {
    readonly system: string;
    readonly state: string;
    readonly count: number;
    readonly oldestMs: number;
  }[];
  readonly lanes: readonly {
    /** `national-portal/command` */
    readonly lane: string;
    readonly breaker: 'closed' | 'half-open' | 'open';
    readonly paused: boolean;
  }[];
}
export type DeliveryStateSource = () => Promise<DeliveryState>;

/** Measures nothing. */
export const noMetrics: Metrics = {
  request: () => {},
  call: () => {},
  render: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', text: '' }),
};
