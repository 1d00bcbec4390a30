import type { GatewayClient } from '../client.ts';

/** The portal's state as the live line shows it. */
export interface Now {
  readonly delivered: number;
  readonly waiting: number;
  readonly failed: number;
  readonly freshnessSeconds: number;
  readonly breaker: 'closed' | 'open' | 'half-open';
}

const EVERY_MS = 500;

/** Looks at `GET /v1/systems` twice a second and tells what it saw. */
export function watch(client: GatewayClient, show: (now: Now) => void): { look(): Promise<Now>; stop(): void } {
  let stopped = false;
  let latest: Now = { delivered: 0, waiting: 0, failed: 0, freshnessSeconds: 0, breaker: 'closed' };
  async function look(): Promise<Now> {
    const { body } = await client.json<unknown>('GET', '/v1/systems');
    latest = body as Now;
    show(latest);
    return latest;
  }
  const timer = setInterval(() => {
    if (!stopped) void look().catch(() => {});
  }, EVERY_MS);
  return {
    look,
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}
