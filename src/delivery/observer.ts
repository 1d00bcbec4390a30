/** What delivery tells whoever watches: metrics, logs, the console. Never personal data. */
export interface DeliveryObserver {
  call(ended: {
    readonly system: string;
    readonly operation: string;
    readonly purpose: string;
    readonly call: string;
    readonly exchanges: readonly string[];
    readonly outcome: string;
    readonly code: string | null;
    readonly durationMs: number;
  }): void;
  /** An exchange entered this state. */
  settled(ended: { readonly system: string; readonly state: string; readonly cause: string | null }): void;
  /** Something that a person should see: a breaker, a pause, drift, a parked stream. */
  notice(
    level: 'info' | 'warn' | 'error',
    message: string,
    fields: Readonly<Record<string, string | number | null>>,
  ): void;
}
