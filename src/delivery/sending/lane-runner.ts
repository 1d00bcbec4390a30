import type { LanePolicy, Transport } from '../../../adapters/adapter.ts';
import type { Vault } from '../../crypto/vault.ts';
import type { SessionsOf } from '../../peer-sessions/peer-sessions.ts';
import type { Platform } from '../../platform.ts';
import type { Engine } from '../../store/engine.ts';
import type { DeliveryObserver } from '../observer.ts';
import { untouched } from '../rules/decide.ts';
import { downtimeEnd } from '../rules/downtime.ts';
import type { Systems } from '../systems.ts';
import type { Caller } from './caller.ts';
import { type Claimed, claim, type LaneState, nextInLane, type Paid, pay } from './claim-statements.ts';
import type { Composers } from './compose.ts';
import { createLaneGuard, type LaneGuard } from './lane-guard.ts';
import type { Lanes } from './lanes.ts';
import { endUncalled, type PreparedCall, prepare } from './prepare.ts';
import type { Settle } from './settler.ts';

export interface DeliveryParts {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly systems: Systems;
  readonly lanes: Lanes;
  readonly composers: Composers;
  readonly vault: Vault;
  readonly transport: Transport;
  readonly sessions: SessionsOf;
  readonly observer: DeliveryObserver;
  /** Names this process in leases; new at every start. */
  readonly owner: string;
}

/** Longest sleep of a lane without work, so that other processes' commits are seen. */
const IDLE_MS = 500;
/** A call is aborted this long before its lease ends. */
const LEASE_MARGIN_MS = 5_000;
/** HTTP requests that one call may need at worst: login, send, login again, send again, send as update. */
const REQUESTS_A_CALL = 5;
/** The share of every claim that goes to the oldest. */
const OLDEST_SHARE = 0.25;
/** With this share of the lane's places free, or after this long, the next claim is made. */
const GATHER_SHARE = 0.5;
const GATHER_MS = 8;
/** Streams that one claim takes at most. */
const CLAIM_LIMIT = 256;

export interface LaneRunner {
  start(): void;
  wake(): void;
  stop(graceMs: number): Promise<void>;
}

export interface RunnerParts extends DeliveryParts {
  readonly lane: string;
  readonly system: string;
  readonly policy: LanePolicy;
  readonly caller: Caller;
  readonly settle: Settle;
  readonly token: () => string;
  readonly beat: () => void;
}

/** One lane of one process: claims while there is room, runs the calls, sleeps until something falls due. */
export function createLaneRunner(parts: RunnerParts): LaneRunner {
  const { engine, platform, systems, lane, policy, owner } = parts;
  const guard: LaneGuard = createLaneGuard(parts);
  const operations = Object.values(systems.get(parts.system)?.adapter?.commands ?? {}).flatMap((operation) => {
    const entry = systems.command(parts.system, operation.name);
    return entry === undefined ? [] : [entry];
  });
  const batchSize = Math.max(1, ...operations.map((entry) => entry.policy.batchSize));
  const leaseMs =
    Math.max(0, ...operations.map((entry) => entry.policy.timeoutMs)) * REQUESTS_A_CALL + 2 * LEASE_MARGIN_MS;
  const waiting: Planned[] = [];
  const open = new Set<AbortController>();
  let stopped = false;
  let wakeUp: () => void = () => {};
  let woken = false;
  let loop: Promise<void> = Promise.resolve();
  /** When places became free after there were none; epoch milliseconds. */
  let freeSince = 0;
  /** Before then no token is asked for what waits to be paid; epoch milliseconds. */
  let nextTokenAt = 0;

  function wake(): void {
    woken = true;
    wakeUp();
  }

  /** Ends early when woken; a wake-up that came before counts. */
  function sleep(ms: number): Promise<void> {
    if (woken || stopped) {
      woken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const cancel = platform.after(ms, done);
      function done(): void {
        cancel();
        wakeUp = () => {};
        woken = false;
        resolve();
      }
      wakeUp = done;
    });
  }

  /**
   * How long to let calls end before claiming for their places, milliseconds: a claim, the record of its calls and
   * their settling are a commit each, whether for one call or for many.
   */
  function gathering(free: number): number {
    if (open.size === 0 || free >= policy.concurrency * GATHER_SHARE) return 0;
    return Math.max(0, freeSince + GATHER_MS - platform.now());
  }

  async function run(): Promise<void> {
    while (!stopped) {
      parts.beat();
      const free = policy.concurrency - open.size;
      try {
        if (free <= 0 || waiting.length > 0) {
          startWaiting();
          const wait = await goOn();
          if (wait > 0) await sleep(wait);
          freeSince = platform.now();
          continue;
        }
        const gather = gathering(free);
        if (gather > 0) {
          await sleep(gather);
          continue;
        }
        const wait = await step(free);
        if (wait > 0) await sleep(wait);
      } catch (error) {
        parts.observer.notice('error', 'a lane could not work on', { lane, error: nameOf(error) });
        await sleep(IDLE_MS);
      }
    }
  }

  /** Claims once. Answers how long to sleep (ms) before the next look; 0 is at once. */
  async function step(free: number): Promise<number> {
    const closedUntil = downtimeEnd(policy.downtime, platform.now());
    if (closedUntil !== undefined) return Math.min(IDLE_MS, closedUntil - platform.now());
    const [state] = await engine.all<LaneState>(nextInLane(lane));
    if (state === undefined || state.due_at === null || state.paused_reason !== null) return IDLE_MS;
    const from = Math.max(state.due_at, state.not_before, state.open_until);
    if (from > state.now) return Math.min(IDLE_MS, from - state.now);
    const tokens = state.tokens + (state.rate * (state.now - state.refilled_at)) / 1000;
    if (tokens < 1) return Math.min(IDLE_MS, Math.ceil(((1 - tokens) / state.rate) * 1000));
    const limit = Math.min(free * batchSize, CLAIM_LIMIT);
    const claimedAt = platform.now();
    const rows = await engine.batch(
      claim({
        lane,
        token: parts.token(),
        owner,
        leaseMs,
        limit,
        oldestShare: OLDEST_SHARE,
        random: platform.random(),
        batchSize,
      }),
    );
    const items = (rows.at(-1) ?? []) as unknown as Claimed[];
    if (items.length === 0) return IDLE_MS / 10;
    const ends = { deadlineAt: claimedAt + leaseMs - LEASE_MARGIN_MS, probe: state.breaker !== 'closed' };
    // The claim spent a token for each call that it can fill; what is split further waits for its own.
    const paid = Math.ceil(items.length / batchSize);
    for (const [index, call] of (await prepare(parts, items)).entries())
      waiting.push({ ...call, ...ends, paid: index < paid });
    startWaiting();
    return 0;
  }

  /**
   * Lets calls begin beyond those that their claim paid for, as tokens come; gives them back where the lane may not go
   * on, or their time is up. Answers how long to sleep (ms) before the next look.
   */
  async function goOn(): Promise<number> {
    const [first] = waiting;
    const places = Math.min(waiting.length, policy.concurrency - open.size);
    if (first === undefined || first.paid || places <= 0) return IDLE_MS;
    if (platform.now() < nextTokenAt) return nextTokenAt - platform.now();
    const mayGo = hasTime(first) && downtimeEnd(policy.downtime, platform.now()) === undefined;
    const [, rows = []] = mayGo ? await engine.batch(pay(lane, places, parts.token())) : [];
    const [paid] = rows as unknown as Paid[];
    if (paid === undefined) {
      await giveBack(waiting.splice(0));
      return 0;
    }
    for (const call of waiting.slice(0, paid.calls)) call.paid = true;
    startWaiting();
    const wait = Math.min(IDLE_MS, Math.ceil(paid.next_in));
    nextTokenAt = platform.now() + wait;
    return wait;
  }

  /** What has no time left for one request is not begun: an abort in its middle would make an unknown of it. */
  const hasTime = (call: Planned): boolean => call.deadlineAt - platform.now() >= call.entry.policy.timeoutMs;

  const giveBack = (calls: readonly Planned[]): Promise<void> =>
    endUncalled(
      parts.settle,
      calls.flatMap(({ ready }) => ready.map(({ item }) => item)),
      untouched,
    );

  function startWaiting(): void {
    while (waiting[0]?.paid && open.size < policy.concurrency && !stopped) {
      const call = waiting.shift();
      if (call === undefined) return;
      const controller = new AbortController();
      open.add(controller);
      const cancel = platform.after(Math.max(1, call.deadlineAt - platform.now()), () => controller.abort());
      void (hasTime(call) ? converse(call, controller.signal) : giveBack([call]))
        .catch((error: unknown) =>
          parts.observer.notice('error', 'a call could not be settled; its lease will end', {
            lane,
            error: nameOf(error),
          }),
        )
        .finally(() => {
          cancel();
          open.delete(controller);
          wake();
        });
    }
  }

  async function converse({ entry, ready, probe }: Planned, signal: AbortSignal): Promise<void> {
    const [first] = ready;
    if (ready.length === 1 && first?.item.read_back === 2) {
      const confirmed = await parts.caller.confirmFirst(entry, first, signal);
      if (confirmed.report && !(confirmed.send && probe))
        await guard.report(confirmed.report.outcome, confirmed.report.keys, probe);
      if (!confirmed.send) return;
    }
    const report = await parts.caller.send(entry, lane, ready, signal);
    await guard.report(report.outcome, report.keys, probe);
  }

  return {
    start: () => {
      loop = run();
    },
    wake,
    async stop(graceMs) {
      stopped = true;
      wake();
      await loop;
      await giveBack(waiting.splice(0)).catch((error: unknown) =>
        parts.observer.notice('warn', 'a claim could not be given back; its lease will end', {
          lane,
          error: nameOf(error),
        }),
      );
      const end = platform.now() + graceMs;
      while (open.size > 0 && platform.now() < end)
        await new Promise<void>((resolve) => void platform.after(20, resolve));
      for (const controller of open) controller.abort();
      while (open.size > 0 && platform.now() < end + 2_000)
        await new Promise<void>((resolve) => void platform.after(20, resolve));
      guard.close();
    },
  };
}

/** A call that waits for a free place. */
interface Planned extends PreparedCall {
  readonly deadlineAt: number;
  readonly probe: boolean;
  /** Its token is spent: with the claim, or while it waited. */
  paid: boolean;
}
export function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : 'unknown';
}
