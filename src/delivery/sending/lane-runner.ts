import type { LanePolicy, Transport } from '../../../adapters/adapter.ts';
import type { Vault } from '../../crypto/vault.ts';
import { errorWords } from '../../error-words.ts';
import type { SessionsOf } from '../../peer-sessions/peer-sessions.ts';
import { type Platform, pause } from '../../platform.ts';
import type { Engine } from '../../store/engine.ts';
import { untilTokenMs } from '../../token-bucket.ts';
import type { DeliveryObserver } from '../observer.ts';
import type { RoomOperations } from '../operations.ts';
import { downtimeEnd } from '../rules/downtime.ts';
import { givenBack } from '../rules/settlement.ts';
import type { Systems } from '../systems.ts';
import { type Claimed, claim, type LaneState, nextInLane, type Paid, pay } from './claim-statements.ts';
import { type CallReport, type Deliver, isFailed, type PreparedCall } from './deliver.ts';
import { createGathering } from './gathering.ts';
import { createLaneGuard, type LaneGuard } from './lane-guard.ts';
import type { Lanes } from './lanes.ts';
import { prepare, withoutCall } from './prepare.ts';
import type { Result, Settle } from './settle.ts';

export interface DeliveryParts {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly systems: Systems;
  readonly lanes: Lanes;
  readonly operations: RoomOperations;
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
/** An ended call waits at most so long for others to be settled with it. */
const SETTLE_TOGETHER_MS = 4;
/** While calls end well within this time, the next are paid for before these have ended. */
const QUICK_MS = 100;
/** What was paid for ahead and has not begun by then asks again: the lane may have been paused meanwhile. */
const PAID_AHEAD_MS = 1_000;
/** Streams that one claim takes at most. */
const CLAIM_LIMIT = 256;

export interface LaneRunner {
  start(): void;
  /**
   * For a runtime without background time, instead of `start`: claims and sends until nothing is due, or `deadline` (epoch
   * ms). A call whose longest request has no time left before it is not begun, one that is under way is aborted then.
   * Settles when its calls have ended and the rest is given back. False: more is due.
   */
  drain(deadline: number): Promise<boolean>;
  wake(): void;
  /** Takes a call that somebody else claimed over the wire, and settles it. Answers what was settled; never rejects. */
  take(call: Timed): Promise<readonly Result[]>;
  stop(graceMs: number): Promise<void>;
}

export interface RunnerParts extends DeliveryParts {
  readonly lane: string;
  readonly system: string;
  readonly class: string;
  readonly policy: LanePolicy;
  readonly deliver: Deliver;
  readonly settle: Settle;
  readonly token: () => string;
  readonly beat: () => void;
}

/**
 * What a look for work came to. `due`: something is, and has to wait; `elsewhere`: something is, but other processes have
 * the lane's places, or there is no time left for it.
 */
type Look = { readonly found: 'claimed' | 'due' | 'nothing' | 'elsewhere'; readonly waitMs: number };

/** One lane of one process: claims while there is room, runs the calls, sleeps until something falls due. */
export function createLaneRunner(parts: RunnerParts): LaneRunner {
  const { engine, platform, systems, lane, policy, owner } = parts;
  const guard: LaneGuard = createLaneGuard(parts);
  const { batchSize, leaseMs, requestMs } = boundsOf(systems, parts.system, parts.class);
  const waiting: Planned[] = [];
  const open = new Set<AbortController>();
  /** The last call ended well and soon: what is paid for ahead begins soon too, whatever becomes of the lane meanwhile. */
  let quick = false;
  /** Of the open ones those that were answered well and are being written down: they are on the wire no more. */
  const answered = new Set<AbortController>();
  const together = createGathering((ms, then) => platform.after(ms, then), SETTLE_TOGETHER_MS);
  /** Calls of its own claims, until they have ended. */
  const own = new Set<Promise<unknown>>();
  let stopped = false;
  /** Until when it works (epoch ms): without an end in the background. */
  let until = Number.POSITIVE_INFINITY;
  let wakeUp: () => void = () => {};
  let woken = false;
  let loop: Promise<void> = Promise.resolve();
  /** When places became free after there were none; steady milliseconds. */
  let freeSince = 0;
  /** Before then no token is asked for what waits to be paid; steady milliseconds. */
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
      const cancel = platform.after(Math.min(ms, until - platform.steady()), done);
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
    return Math.max(0, freeSince + GATHER_MS - platform.steady());
  }

  /** Works until it is stopped or its time is over; in a drain until nothing is due, too. Answers whether nothing is. */
  async function run(): Promise<boolean> {
    const drains = until !== Number.POSITIVE_INFINITY;
    while (!stopped && platform.steady() < until) {
      parts.beat();
      const free = policy.concurrency - open.size;
      try {
        if (free <= 0 || waiting.length > 0) {
          startWaiting();
          const wait = await goOn();
          if (wait > 0) await sleep(wait);
          freeSince = platform.steady();
          continue;
        }
        const gather = gathering(free);
        if (gather > 0) {
          await sleep(gather);
          continue;
        }
        const { found, waitMs } = await look(free);
        if (drains && own.size === 0 && (found === 'nothing' || found === 'elsewhere')) return found === 'nothing';
        if (waitMs > 0) await sleep(waitMs);
      } catch (error) {
        parts.observer.notice('error', 'a lane could not work on', { lane, error: errorWords(error) });
        if (drains) return false;
        await sleep(IDLE_MS);
      }
    }
    return false;
  }

  /** Claims once. Answers how long to sleep (ms) before the next look; 0 is at once. */
  async function look(free: number): Promise<Look> {
    const nothing = (ms = IDLE_MS): Look => ({ found: 'nothing', waitMs: Math.min(IDLE_MS, ms) });
    const closedUntil = downtimeEnd(policy.downtime, platform.wall());
    if (closedUntil !== undefined) return nothing(closedUntil - platform.wall());
    const [state] = await engine.all<LaneState>(nextInLane(lane));
    if (state === undefined || state.due_at === null || state.paused_reason !== null) return nothing();
    const from = Math.max(state.due_at, state.not_before, state.open_until);
    if (from > state.now) return nothing(from - state.now);
    if (until - platform.steady() < requestMs) return { found: 'elsewhere', waitMs: IDLE_MS };
    const tokens = state.tokens + (state.rate * (state.now - state.refilled_at)) / 1000;
    const tokenMs = untilTokenMs(tokens, state.rate);
    if (tokenMs > 0) return { found: 'due', waitMs: Math.min(IDLE_MS, tokenMs) };
    const limit = Math.min(free * batchSize, CLAIM_LIMIT);
    const claimedAt = platform.steady();
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
    if (items.length === 0) return { found: 'elsewhere', waitMs: IDLE_MS / 10 };
    const deadlineAt = Math.min(until, claimedAt + leaseMs - LEASE_MARGIN_MS);
    // The claim spent a token for each call that it can fill; what is split further waits for its own.
    const paid = Math.ceil(items.length / batchSize);
    const { calls, uncalled } = await prepare(parts, items, state.breaker !== 'closed');
    if (uncalled.length > 0) await parts.settle(null, uncalled);
    for (const [index, call] of calls.entries())
      waiting.push({ ...call, deadlineAt, paidUntil: index < paid ? deadlineAt : 0 });
    startWaiting();
    return { found: 'claimed', waitMs: 0 };
  }

  /**
   * Lets calls begin beyond those that their claim paid for, as tokens come; gives them back where the lane may not go
   * on, or their time is up. Answers how long to sleep (ms) before the next look.
   */
  async function goOn(): Promise<number> {
    const [first] = waiting;
    if (first === undefined || isPaid(first) || places() <= 0) return IDLE_MS;
    if (platform.steady() < nextTokenAt) return nextTokenAt - platform.steady();
    const mayGo = hasTime(first) && downtimeEnd(policy.downtime, platform.wall()) === undefined;
    // What is paid for ahead is recorded in the commit that settles those before it.
    const wanted = Math.min(waiting.length, quick ? policy.concurrency : places());
    const [, rows = []] = mayGo ? await engine.batch(pay(lane, wanted, parts.token())) : [];
    const [paid] = rows as unknown as Paid[];
    if (paid === undefined) {
      await giveBack(waiting.splice(0));
      return 0;
    }
    const until = platform.steady() + PAID_AHEAD_MS;
    for (const call of waiting.slice(0, paid.calls)) call.paidUntil = until;
    startWaiting();
    const wait = Math.min(IDLE_MS, Math.ceil(paid.next_in));
    nextTokenAt = platform.steady() + wait;
    return wait;
  }

  /** What has no time left for one request is not begun: an abort in its middle would make an unknown of it. */
  const hasTime = (call: Timed): boolean => call.deadlineAt - platform.steady() >= call.entry.policy.timeoutMs;

  async function giveBack(calls: readonly Planned[]): Promise<void> {
    const items = calls.flatMap(({ ready }) => ready.map(({ item }) => item));
    if (items.length > 0)
      await parts.settle(
        null,
        items.map((item) => withoutCall(item, givenBack(item))),
      );
  }

  const isPaid = ({ paidUntil }: Planned): boolean => paidUntil > platform.steady();

  /** Calls that may go on the wire now. */
  const places = (): number => policy.concurrency - (open.size - answered.size);

  function startWaiting(): void {
    while (waiting[0] !== undefined && isPaid(waiting[0]) && places() > 0 && !stopped) {
      const call = waiting.shift();
      if (call === undefined) return;
      const ending = (hasTime(call) ? take(call) : giveBack([call]).catch(unsettled)).finally(() => own.delete(ending));
      own.add(ending);
    }
  }

  const unsettled = (error: unknown): void =>
    parts.observer.notice('error', 'a call could not be settled; its lease will end', {
      lane,
      error: errorWords(error),
    });

  /** One call from the wire to its settlement. It ends before its deadline, whatever they do. */
  async function take(call: Timed): Promise<readonly Result[]> {
    const controller = new AbortController();
    open.add(controller);
    const cancel = platform.after(Math.max(1, call.deadlineAt - platform.steady()), () => controller.abort());
    if (!hasTime(call)) controller.abort();
    const startedAt = platform.steady();
    try {
      const { ended, results, reports } = await parts.deliver(call, controller.signal);
      const well = wentWell(reports);
      quick = well && platform.steady() - startedAt < QUICK_MS;
      if (parts.class !== 'interactive') await together(open.size - answered.size);
      if (well) {
        answered.add(controller);
        startWaiting();
      } else for (const each of waiting) each.paidUntil = 0;
      const settled = results.length > 0 ? await parts.settle(ended, results) : undefined;
      for (const report of reports) await guard.report(report.outcome, report.keys, call.probe);
      return results.filter(({ item }) => settled?.has(item.id));
    } catch (error) {
      unsettled(error);
      return [];
    } finally {
      cancel();
      open.delete(controller);
      answered.delete(controller);
      wake();
    }
  }

  const giveBackWaiting = (): Promise<void> =>
    giveBack(waiting.splice(0)).catch((error: unknown) =>
      parts.observer.notice('warn', 'a claim could not be given back; its lease will end', {
        lane,
        error: errorWords(error),
      }),
    );

  return {
    start: () => {
      loop = run().then(() => {});
    },
    async drain(deadline) {
      until = deadline;
      const nothingIsDue = await run();
      await giveBackWaiting();
      // Each ends by `deadline`, and is settled then.
      await Promise.all(own);
      return nothingIsDue;
    },
    wake,
    take,
    async stop(graceMs) {
      stopped = true;
      wake();
      await loop;
      await giveBackWaiting();
      const end = platform.steady() + graceMs;
      while (open.size > 0 && platform.steady() < end) await pause(platform, 20);
      for (const controller of open) controller.abort();
      while (open.size > 0 && platform.steady() < end + 2_000) await pause(platform, 20);
      guard.close();
    },
  };
}

/** Only then is its place free before it is settled: of a failure the lane's guard is told before the next call begins. */
const wentWell = (reports: readonly CallReport[]): boolean =>
  reports.length > 0 && !reports.some(({ outcome }) => isFailed(outcome));

/**
 * What bounds a lane's claims: items that one of its calls may carry, how long a claim is held (ms), which is longer than
 * any call may take, and how long one request may take (ms).
 */
export function boundsOf(
  systems: Systems,
  system: string,
  laneClass: string,
): { readonly batchSize: number; readonly leaseMs: number; readonly callMs: number; readonly requestMs: number } {
  const policies = Object.values(systems.get(system)?.adapter?.commands ?? {}).flatMap((operation) => {
    const entry = systems.command(system, operation.name);
    return entry === undefined || entry.interactive !== (laneClass === 'interactive') ? [] : [entry.policy];
  });
  const requestMs = Math.max(0, ...policies.map(({ timeoutMs }) => timeoutMs));
  const leaseMs = requestMs * REQUESTS_A_CALL + 2 * LEASE_MARGIN_MS;
  return {
    requestMs,
    batchSize: Math.max(1, ...policies.map((policy) => policy.batchSize)),
    leaseMs,
    callMs: leaseMs - LEASE_MARGIN_MS,
  };
}

/** A call that ends at a time (steady ms), whatever comes. */
export interface Timed extends PreparedCall {
  readonly deadlineAt: number;
}
/** A call that waits for a free place. */
interface Planned extends Timed {
  /** Its token is spent, with the claim or while it waited, and so long the lane's word holds; steady milliseconds. */
  paidUntil: number;
}
