import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DossierSummary } from '../../contracts/v1/dossier.ts';
import type { FaultRule } from '../../mocks/kit/faults.ts';
import { seededRandom } from '../../mocks/kit/random.ts';
import type { Counters } from '../../mocks/national-portal/counters.ts';
import { startPortal } from '../../mocks/national-portal/server.ts';
import type { PortalState } from '../../mocks/national-portal/state.ts';
import { freshKeys, type GatewayProcess, spawnGateway, until } from '../kit/gateway-process.ts';
import { journalVerdict } from './journal.ts';
import { awaitMoment, type Moment, moments } from './moments.ts';
import { type Province, startProvince } from './province.ts';
import { judge, type Violation } from './verdict.ts';
import { type LeftOpen, leftOpen, remainsOf } from './witness.ts';

export interface CrashOptions {
  readonly seed: number;
  readonly kills: number;
  readonly dossiers: number;
  /** A deliberately broken gateway; `lienthong serve` unless told otherwise. */
  readonly entry?: string;
  /** The quiet time after an unknown outcome. The default outlasts everything that the portal does late. */
  readonly quietMs?: number;
  /** How late the portal may act after it has answered with an error. */
  readonly lateMs?: number;
  /** How often it does so, 0 to 1. */
  readonly lateChance?: number;
}

/** How often a kill struck in which stage of the work, as the store and the portal showed it afterwards. */
export interface Struck {
  accepting: number;
  starting: number;
  twoInHand: number;
  midCall: number;
  /** The portal had acted and the gateway had not yet settled. */
  actedUnsettled: number;
}

export interface CrashReport {
  readonly kills: number;
  readonly struck: Struck;
  readonly answers: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
  readonly counters: Readonly<Counters>;
  readonly faults: Readonly<Record<string, number>>;
  readonly left: LeftOpen | undefined;
  readonly medianStartMs: number;
  readonly drainMs: number;
  readonly tookMs: number;
}

const faultsOf = (lateMs: number, lateChance: number): readonly FaultRule[] => [
  { kind: 'delay', ms: 5, jitterMs: 60 },
  { kind: 'lose-reply', as: 'reset', probability: 0.02 },
  { kind: 'lose-reply', as: 'status', status: 502, probability: 0.01 },
  { kind: 'lose-reply', as: 'hang', probability: 0.002 },
  { kind: 'process-late', afterMs: lateMs, answer: 'status', status: 504, probability: lateChance },
  { kind: 'status', status: 503, probability: 0.02 },
  { kind: 'reset-before-acting', probability: 0.01 },
  { kind: 'reset-before-reading', probability: 0.01 },
  { kind: 'expire-session', probability: 0.01 },
];

/** Short waits, so that much happens between two kills. */
const policy = (batchSize: number, quietMs: number) => ({
  timeoutMs: 1_000,
  quietMs,
  scheduleMs: [50, 100, 250, 500],
  ratePerSecond: 2_000,
  burst: 2_000,
  concurrency: 8,
  batchSize,
  breaker: { windowMs: 2_000, minimumCalls: 10, minimumKeys: 5, failureRatio: 0.5, openMs: 200, maxOpenMs: 400 },
});

/** A gateway under load on one store, killed again and again; then the portal is well, and everything is compared. */
export async function crashRun(options: CrashOptions): Promise<CrashReport> {
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-crash-'));
  const databaseFile = join(folder, 'lienthong.db');
  const random = seededRandom(options.seed);
  const keys = freshKeys();
  const portal = await startPortal({ seed: options.seed, settings: { password: keys.portalPassword } });
  for (const fault of faultsOf(options.lateMs ?? 100, options.lateChance ?? 0.01)) portal.state.addFault(fault);
  const province = startProvince({
    random: seededRandom(options.seed + 1),
    dossiers: options.dossiers,
    workers: 8,
    restMs: 100,
  });
  const violations: Violation[] = [];
  const startsMs: number[] = [];
  const struck: Struck = { accepting: 0, starting: 0, twoInHand: 0, midCall: 0, actedUnsettled: 0 };
  const spawn = () =>
    spawnGateway({
      databaseFile,
      keys,
      portalUrl: portal.url,
      policy: policy(random.chance(0.5) ? 1 : 5, options.quietMs ?? 500),
      env: { LOG_LEVEL: 'error' },
      ...(options.entry === undefined ? {} : { entry: options.entry }),
    });

  /** Starts a process on the store and asks at once whether it holds what its forerunners acknowledged. */
  async function resume(): Promise<GatewayProcess> {
    const gateway = await spawn().ready;
    startsMs.push(gateway.startedInMs);
    violations.push(...(await forgotten(gateway, province)));
    province.serveBy(gateway);
    return gateway;
  }
  async function kill(gateway: GatewayProcess, moment: Moment): Promise<void> {
    await awaitMoment(moment, { portal: portal.state, province, random });
    const unanswered = province.inFlight;
    gateway.signal('SIGKILL');
    province.serveBy(undefined);
    const { signal } = await gateway.ended;
    if (signal !== 'SIGKILL')
      throw new Error(`the gateway ended by itself before it was killed:\n${gateway.output().slice(-4_000)}`);
    await until('every answer is known to be lost', () => province.inFlight === 0 || undefined, { everyMs: 2 });
    if (unanswered > 0) struck.accepting++;
    lookAt(databaseFile, portal.state, struck);
  }
  async function killWhileStarting(): Promise<void> {
    const starting = spawn();
    await Promise.race([
      starting.ready,
      new Promise((resolve) => setTimeout(resolve, (0.3 + 0.7 * random.next()) * (startsMs.at(-1) ?? 1_000))),
    ]);
    starting.signal('SIGKILL');
    await starting.ended;
    struck.starting++;
  }

  try {
    let gateway = await resume();
    for (let done = 0; done < options.kills; ) {
      const moment = moments[random.int(0, moments.length - 1)] ?? 'any';
      // Long enough for the breaker to open, so that some processes die with it open or probing.
      if (random.chance(0.2)) portal.state.addFault({ kind: 'outage', mode: 'unavailable', forMs: 400 });
      await kill(gateway, moment);
      done++;
      if (moment === 'starting' && done < options.kills) {
        await killWhileStarting();
        done++;
      }
      gateway = await resume();
    }
    await province.stop();
    portal.state.clearFaults();
    const drainBegan = performance.now();
    await drained(gateway);
    const drainMs = Math.round(performance.now() - drainBegan);
    violations.push(...judge(province.dossiers, await held(gateway), portal.state));
    const { code, signal } = await gateway.stop();
    const left = leftOpen(databaseFile);
    if (code !== 0) violations.push({ invariant: 'I1', what: `the last stop ended with ${code ?? signal}` });
    if (Object.values(left).some((count) => count !== 0))
      violations.push({ invariant: 'I3', what: `left open: ${JSON.stringify(left)}` });
    const verdict = await journalVerdict(databaseFile, keys.masterKey);
    if (!verdict.ok) violations.push({ invariant: 'I8', what: `journal: ${JSON.stringify(verdict)}` });
    startsMs.sort((a, b) => a - b);
    return {
      kills: options.kills,
      struck,
      answers: province.answers,
      violations,
      counters: { ...portal.state.counters },
      faults: portal.state.faults.counts(),
      left,
      medianStartMs: startsMs[Math.floor(startsMs.length / 2)] ?? 0,
      drainMs,
      tookMs: Math.round(performance.now() - began),
    };
  } finally {
    await province.stop();
    await portal.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function lookAt(databaseFile: string, portal: PortalState, struck: Struck): void {
  const remains = remainsOf(databaseFile);
  if (remains.twoInHand > 0) struck.twoInHand++;
  if (remains.openSends.length > 0) struck.midCall++;
  const acted = remains.openSends.some(
    ({ key, startedAt }) => (portal.dossier(key)?.history.at(-1)?.at ?? 0) >= startedAt,
  );
  if (acted) struck.actedUnsettled++;
}

/** I1, asked right after a restart, before anything newer can hide a loss. */
async function forgotten(gateway: GatewayProcess, province: Province): Promise<Violation[]> {
  const found = await held(gateway);
  return province.dossiers
    .filter(({ code, acknowledged }) => acknowledged > (found.get(code)?.revision ?? 0))
    .map(({ code, acknowledged }) => ({
      invariant: 'I1',
      what: `${code}: revision ${acknowledged} was acknowledged, after the restart ${found.get(code)?.revision ?? 'none'} is held`,
    }));
}

async function held(gateway: GatewayProcess): Promise<Map<string, DossierSummary>> {
  const found = new Map<string, DossierSummary>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body }: { status: number; body: { items: DossierSummary[]; nextCursor: string | null } } =
      await gateway.json('GET', `/v1/dossiers?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`);
    if (status !== 200) throw new Error(`the list answered ${status}: ${JSON.stringify(body)}`);
    for (const item of body.items) found.set(item.code, item);
    cursor = body.nextCursor;
  }
  return found;
}

/** Everything that is held has reached the nation, or has come to an end that the judge will name. */
async function drained(gateway: GatewayProcess): Promise<void> {
  const over = new Set(['delivered', 'rejected', 'dead', 'parked', 'cancelled']);
  await until(
    'the backlog drains',
    async () => {
      const all = [...(await held(gateway)).values()];
      const open = all.filter(({ delivery }) => !over.has(delivery.state) || delivery.stepsWaiting > 0);
      return open.length === 0 || undefined;
    },
    { withinMs: 60_000, everyMs: 250 },
  ).catch(() => undefined);
}
