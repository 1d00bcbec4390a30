import type { SystemView } from '../../contracts/v1/system.ts';
import type { GatewayClient } from '../../src/runtime/node/cli/client.ts';

/** How the portal stands, as the live line shows it. */
export interface Now {
  /** Dossiers that the nation shows, by the portal's own count. */
  readonly shown: number;
  /** Exchanges that will still be sent by themselves. */
  readonly waiting: number;
  /** Refused, given up, or waiting for a person. */
  readonly failed: number;
  /** How far the nation is behind, seconds. */
  readonly behindSeconds: number;
  readonly breaker: 'closed' | 'open';
}

export interface Watch {
  /** Looks now. */
  look(): Promise<Now>;
  stop(): void;
}

const SYSTEM = 'national-portal';
const EVERY_MS = 500;

/** Looks at `GET /v1/systems` and at the portal twice a second and tells what it saw. */
export function watch(client: GatewayClient, portalControlUrl: string, show: (now: Now) => void): Watch {
  let shown = 0;
  async function look(): Promise<Now> {
    const [{ body }] = await Promise.all([
      client.json<{ items: SystemView[] }>('GET', '/v1/systems'),
      // Cannot be asked during its own outage: then nothing changes there either.
      fetch(`${portalControlUrl}/state`)
        .then(async (answer) => {
          shown = ((await answer.json()) as { dossiers: number }).dossiers;
        })
        .catch(() => {}),
    ]);
    const system = body.items.find(({ name }) => name === SYSTEM);
    if (system === undefined) throw new Error(`the gateway knows no system ${SYSTEM}`);
    const { waiting, dead, rejected, parked } = system.backlog;
    const now: Now = {
      shown,
      waiting,
      failed: dead + rejected + parked,
      behindSeconds: system.freshness.oldestWaitingAgeSeconds ?? 0,
      breaker: system.lanes.some(({ class: of, breaker }) => of === 'command' && breaker.state === 'open')
        ? 'open'
        : 'closed',
    };
    show(now);
    return now;
  }
  const timer = setInterval(() => void look().catch(() => {}), EVERY_MS);
  return { look, stop: () => clearInterval(timer) };
}
