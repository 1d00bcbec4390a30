import { pinned } from './processes.ts';

export interface Shown {
  readonly dossiers: number;
  readonly progressRows: number;
  readonly suspect: readonly string[];
}

/** The simulated portal, which remembers what it was shown. */
export interface BenchPortal {
  readonly env: Readonly<Record<string, string>>;
  shown(): Promise<Shown>;
  calls(): Promise<number>;
  stop(): Promise<void>;
}

/** The simulator on core 1, and what makes a gateway send to it `batchSize` items a call, unpaced. */
export async function startPortal(batchSize: number): Promise<BenchPortal> {
  const portal = pinned(1, ['mocks/national-portal/main.ts', '--port', '0'], {}, /^(\{.*\})$/);
  const { url, controlUrl } = JSON.parse(await portal.ready) as { url: string; controlUrl: string };
  const ask = async <T>(path: string): Promise<T> => (await (await fetch(`${controlUrl}${path}`)).json()) as T;
  return {
    env: {
      NATIONAL_PORTAL_URL: url,
      NATIONAL_PORTAL_USERNAME: 'portal-user',
      NATIONAL_PORTAL_PASSWORD: 'portal-password',
      NATIONAL_PORTAL_UNIT: '000.00.00.H02',
      NATIONAL_PORTAL_DSTCODE: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
      NATIONAL_PORTAL_POLICY: JSON.stringify({ batchSize, ratePerSecond: 1e6, burst: 1e6, concurrency: 32 }),
    },
    shown: () => ask<Shown>('/summary'),
    calls: async () => {
      const { counters } = await ask<{ counters: { calls: Record<string, number> } }>('/state');
      return Object.values(counters.calls).reduce((sum, calls) => sum + calls, 0);
    },
    stop: () => portal.stop(),
  };
}

/** Waits until the portal shows so many rows of progress, or `limitMs` is over. */
export async function shownRows(portal: BenchPortal, rows: number, limitMs = 900_000): Promise<Shown> {
  const started = performance.now();
  for (;;) {
    const shown = await portal.shown();
    if (shown.progressRows >= rows || performance.now() - started > limitMs) return shown;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
