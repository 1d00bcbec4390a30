import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { startPortal } from '../../mocks/national-portal/server.ts';
import { journalVerdict } from '../crash/journal.ts';
import { smallDossier } from '../kit/body.ts';
import { freshKeys, type GatewayProcess, startGateway } from '../kit/gateway-process.ts';

/** A real gateway whose wall is set while it works: nothing waits for it, and no quiet time is cut short. */
const HOUR = 3_600_000;
const STEPS = [-5_000, HOUR, -24 * HOUR];
const MOVED_WALL = fileURLToPath(new URL('../kit/moved-wall.ts', import.meta.url));
/** What the portal may still be at with a send that nobody heard the end of. */
const QUIET_MS = 8_000;
/** From handing over to shown, machine and processes slow. */
const SOON_MS = 20_000;

const codeOf = (n: number): string => `H02.15.03-221201-${String(n).padStart(4, '0')}`;

async function wallOf(step: number) {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-clock-'));
  const wallFile = join(folder, 'wall');
  const keys = freshKeys();
  const portal = await startPortal({ seed: 1, settings: { password: keys.portalPassword } });
  const databaseFile = join(folder, 'x.db');
  let ahead = 0;
  const set = (byMs: number): void => {
    ahead += byMs;
    writeFileSync(wallFile, String(ahead));
  };
  set(0);
  const start = (): Promise<GatewayProcess> =>
    startGateway({
      ...{ databaseFile, keys, portalUrl: portal.url },
      policy: { timeoutMs: 1_000, quietMs: QUIET_MS, scheduleMs: [200, 1_000], ratePerSecond: 20, burst: 2 },
      env: { NODE_OPTIONS: `--import ${MOVED_WALL}`, WALL_FILE: wallFile, LOG_LEVEL: 'warn' },
    });
  let n = 0;
  return {
    portal,
    set: () => set(step),
    start,
    /** Hands a new dossier over; answers its code. */
    async hand(gateway: GatewayProcess): Promise<string> {
      n += 1;
      const code = codeOf(n);
      expect((await gateway.json('PUT', `/v1/dossiers/${code}`, smallDossier(code, 1))).status).toBe(202);
      return code;
    },
    /** One that the portal has taken, and whose answer never comes. */
    async doubt(gateway: GatewayProcess): Promise<string> {
      portal.state.addFault({ kind: 'lose-reply', as: 'hang', times: 1, match: { code: codeOf(n + 1) } });
      const code = await this.hand(gateway);
      await vi.waitFor(() => expect(portal.state.dossier(code)).toBeDefined(), { timeout: SOON_MS, interval: 5 });
      return code;
    },
    /** Milliseconds until it is shown nationally. */
    async shown(gateway: GatewayProcess, code: string, withinMs = SOON_MS): Promise<number> {
      const began = performance.now();
      await vi.waitFor(
        async () => {
          const { body } = await gateway.json<{ delivery: { state: string } }>('GET', `/v1/dossiers/${code}`);
          expect(body.delivery.state).toBe('delivered');
        },
        { timeout: withinMs, interval: 50 },
      );
      return performance.now() - began;
    },
    verdict: () => journalVerdict(databaseFile, keys.masterKey),
    async end(gateway: GatewayProcess | undefined) {
      await gateway?.stop('SIGKILL');
      await portal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe.concurrent.each(STEPS)('the wall is set by %i ms', (step) => {
  it('while it runs, with tokens spent, and a send in doubt: what is quiet stays so, what may go goes (I3)', async () => {
    const on = await wallOf(step);
    let gateway: GatewayProcess | undefined;
    try {
      gateway = await on.start();
      await on.shown(gateway, await on.hand(gateway));
      const doubtful = await on.doubt(gateway);
      const sentAt = performance.now();
      on.set();
      const codes: string[] = [];
      for (let each = 0; each < 10; each++) codes.push(await on.hand(gateway));
      for (const code of codes) await on.shown(gateway, code);
      await on.shown(gateway, doubtful, QUIET_MS + SOON_MS);
      expect(performance.now() - sentAt).toBeGreaterThan(QUIET_MS);
      // Told once, everywhere.
      const events = await gateway.json<{ items: { type: string; data: object }[] }>('GET', '/v1/events?limit=500');
      expect(events.body.items.filter(({ type }) => type === 'clock.stepped')).toMatchObject([
        { data: { seconds: step / 1_000, seen: 'running', certain: true } },
      ]);
      const metrics = await (await gateway.fetch('/metrics')).text();
      expect(Number(/^lienthong_clock_step_seconds (\S+)$/m.exec(metrics)?.[1])).toBeCloseTo(step / 1_000, 1);
      expect(gateway.output()).toContain('the clock of this machine was set');
      expect(await gateway.stop()).toMatchObject({ code: 0 });
      expect(await on.verdict()).toMatchObject({ ok: true });
    } finally {
      await on.end(gateway);
    }
  });

  it('while it is down: the quiet time that was running goes on, and everything else at once (I3)', async () => {
    const on = await wallOf(step);
    let gateway: GatewayProcess | undefined;
    try {
      gateway = await on.start();
      await on.shown(gateway, await on.hand(gateway));
      const doubtful = await on.doubt(gateway);
      const sentAt = performance.now();
      await gateway.stop('SIGKILL');
      on.set();
      gateway = await on.start();
      await on.shown(gateway, await on.hand(gateway));
      await on.shown(gateway, doubtful, QUIET_MS + SOON_MS);
      expect(performance.now() - sentAt).toBeGreaterThan(QUIET_MS);
      expect(gateway.output()).toContain('the clock of this machine was set');
      expect(await gateway.stop()).toMatchObject({ code: 0 });
      expect(await on.verdict()).toMatchObject({ ok: true });
    } finally {
      await on.end(gateway);
    }
  });
});
