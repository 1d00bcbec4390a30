import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Role } from '../../contracts/domain/role.ts';
import { freshKeys, type GatewayKeys, type GatewayProcess, spawnGateway } from '../kit/gateway-process.ts';
import { startRelay } from './relay.ts';

const DYING = fileURLToPath(new URL('./dying.ts', import.meta.url));

/** A policy of short waits, so that doubt ends within a test. The quiet time outlasts everything that the simulators do late. */
export const SHORT_WAITS = JSON.stringify({
  ...{ timeoutMs: 1_000, quietMs: 1_200, inlineTries: 1, scheduleMs: [50, 100, 250], pollMs: [50, 200] },
  ...{ ratePerSecond: 1_000, burst: 1_000, concurrency: 16 },
  breaker: { windowMs: 2_000, minimumCalls: 1_000, minimumKeys: 500, failureRatio: 1, openMs: 100, maxOpenMs: 200 },
});

/** A store, and gateways that are started on it one after the other, behind one address. */
export interface KilledGateways {
  readonly databaseFile: string;
  readonly keys: GatewayKeys;
  /** Of every gateway from the next start on. */
  readonly env: Record<string, string>;
  /** Where others reach whichever serves. */
  readonly publicUrl: string;
  /** The one that serves now. */
  readonly gateway: GatewayProcess;
  readonly kills: number;
  start(): Promise<void>;
  /** It dies at this commit, as `diesAt` reads it. */
  dieAt(order: string): void;
  /** Waits until it killed itself, or kills it, and makes sure that it was that. */
  killed(signal?: 'SIGKILL'): Promise<void>;
  /** Whoever asks next at the public address never hears the answer. */
  loseAnswer(): void;
  /** The key of a new person in this role. */
  person(role?: Role): Promise<string>;
  close(): Promise<void>;
}

export async function killedGateways(name: string): Promise<KilledGateways> {
  const folder = mkdtempSync(join(tmpdir(), `lienthong-${name}-`));
  const databaseFile = join(folder, 'lienthong.db');
  const dieFile = join(folder, 'die-at');
  const keys = freshKeys();
  const relay = await startRelay();
  const env: Record<string, string> = {
    ...{ LOG_LEVEL: 'error', DIE_FILE: dieFile, PUBLIC_URL: relay.url },
    FILES_URL: `file:${join(folder, 'files')}`,
  };
  let gateway: GatewayProcess | undefined;
  let kills = 0;
  const serving = (): GatewayProcess => {
    if (gateway === undefined) throw new Error('no gateway serves');
    return gateway;
  };
  const dieAt = (order: string): void => writeFileSync(dieFile, order);
  return {
    ...{ databaseFile, keys, env, publicUrl: relay.url, dieAt, loseAnswer: relay.loseAnswer },
    get gateway() {
      return serving();
    },
    get kills() {
      return kills;
    },
    async start() {
      dieAt('');
      gateway = await spawnGateway({ databaseFile, keys, entry: DYING, env }).ready;
      relay.leadTo(Number(new URL(gateway.url).port));
    },
    async killed(signal) {
      const dying = serving();
      if (signal !== undefined) dying.signal(signal);
      const late = setTimeout(() => dying.signal('SIGTERM'), 20_000);
      const ended = await dying.ended;
      clearTimeout(late);
      gateway = undefined;
      relay.leadTo(undefined);
      if (ended.signal !== 'SIGKILL')
        throw new Error(`it lived on past the moment, or ended by itself:\n${dying.output().slice(-4_000)}`);
      kills += 1;
    },
    async person(role = 'finance') {
      const made = await serving().fetch('/v1/admin/keys', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
        body: JSON.stringify({ principal: { name: `person-${crypto.randomUUID()}`, role, kind: 'person' } }),
      });
      if (made.status !== 201) throw new Error(`the key was answered ${made.status}`);
      return ((await made.json()) as { key: string }).key;
    },
    async close() {
      gateway?.signal('SIGKILL');
      await gateway?.ended;
      await relay.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
