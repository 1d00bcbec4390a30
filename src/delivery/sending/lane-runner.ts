import { type LanePolicy, notSent, type Transport } from '../../../adapters/adapter.ts';
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
import { giveTokensBack, type LaneState, nextInLane, stillMayGo } from './claim-statements.ts';
import { createClaims } from './claiming.ts';
import { type Deliver, type Delivered, isFailed, type PreparedCall } from './deliver.ts';
import { createGathering } from './gathering.ts';
import { createLaneGuard, type LaneGuard } from './lane-guard.ts';
import type { Lanes } from './lanes.ts';
import type { Result, Settle } from './settle.ts';
import type { Ready } from './wire-call.ts';

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
/** With this share of the lane's places free, or after this long, the next claim is made. */
const GATHER_SHARE = 0.5;
const GATHER_MS = 8;
/** What follows a call is settled with it where it ends so soon; else by itself. */
const FOLLOWERS_MS = 250;
/** An ended call waits at most so long for others to be settled with it. */
const SETTLE_TOGETHER_MS = 4;

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
  const { engine, platform, systems, lane, policy } = parts;
  const guard: LaneGuard = createLaneGuard(parts);
  const { batchSize, leaseMs, requestMs } = boundsOf(systems, parts.system, parts.class);
  const claimDue = createClaims({ ...parts, leaseMs, batchSize });
  const open = new Set<AbortController>();
  /** Calls on the wire, and those that wait until one of them ends. */
  let onWire = 0;
  const queue: (() => void)[] = [];
  /** Calls that failed, until the lane's guard was told: their places are not claimed for before. */
  let failing = 0;
  /** How many of the open ones were answered and are being written down: they are on the wire no more. */
  let answered = 0;
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
      const free = policy.concurrency - onWire - queue.length - failing;
      try {
        if (free <= 0) {
          await sleep(IDLE_MS);
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
    const tokens = Math.min(
      state.burst,
      state.tokens + (state.rate * Math.max(0, state.now - state.refilled_at)) / 1000,
    );
    const tokenMs = untilTokenMs(tokens, state.rate);
    if (tokenMs > 0) return { found: 'due', waitMs: Math.min(IDLE_MS, tokenMs) };
    const owned = Math.ceil(state.held / batchSize);
    const places = Math.min(free, Math.floor(tokens), Math.max(0, state.max_open - owned));
    if (places === 0) return { found: 'elsewhere', waitMs: IDLE_MS / 10 };
    const claimedAt = platform.steady();
    const { calls, uncalled } = await claimDue({
      places,
      tokens: Math.floor(tokens),
      probe: state.breaker !== 'closed',
    });
    const deadlineAt = Math.min(until, claimedAt + leaseMs - LEASE_MARGIN_MS);
    for (const call of calls) begin({ ...call, deadlineAt });
    if (uncalled.length > 0) await parts.settle({ ended: null, results: uncalled }).catch(unsettled);
    return calls.length + uncalled.length > 0
      ? { found: 'claimed', waitMs: 0 }
      : { found: 'elsewhere', waitMs: IDLE_MS / 10 };
  }

  /** What has no time left for one request is not begun: an abort in its middle would make an unknown of it. */
  const hasTime = ({ entry }: PreparedCall, deadlineAt: number): boolean =>
    deadlineAt - platform.steady() >= entry.policy.timeoutMs;

  function begin(call: Timed): void {
    const ending = take(call).finally(() => own.delete(ending));
    own.add(ending);
  }

  /** Does it when the lane has a place on the wire, in turn. */
  async function onPlace<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (onWire >= policy.concurrency) await new Promise<void>((resolve) => queue.push(resolve));
    else onWire += 1;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) {
        onWire -= 1;
        wake();
      } else next();
    }
  }

  const unsettled = (error: unknown): void =>
    parts.observer.notice('error', 'a call could not be settled; its lease will end', {
      lane,
      error: errorWords(error),
    });

  /** The lane's own calls may no longer begin; an act that a person waits for is cut by its deadline instead. */
  const goesOn = (call: PreparedCall, deadlineAt: number, signal: AbortSignal): boolean =>
    parts.class === 'interactive' || (!stopped && !signal.aborted && hasTime(call, deadlineAt));

  /** Over the wire, when it has a place there. Of what does not go any more nothing is held against it. */
  const deliverOne = (call: PreparedCall, { deadlineAt }: Timed, signal: AbortSignal): Promise<Delivered> =>
    onPlace(async () => (goesOn(call, deadlineAt, signal) ? parts.deliver(call, signal) : unsent(call, false)));

  /** What goes in the same streams after it, where it was delivered and the lane may go on. */
  function follow(call: Timed, first: Delivered, signal: AbortSignal, onFailure: () => void): Follower[] {
    const shown = new Set(first.results.filter(isShown).map(streamOf));
    let failed = isFailedCall(first);
    return call.followedBy.map((each) => {
      const [behind, left] = parted(each.ready, ({ item }) => shown.has(item.stream));
      const streams = new Set(behind.map(({ item }) => item.stream));
      if (behind.length === 0)
        return { streams, left: [unsent(each, true)], outcome: null, end: Promise.resolve() } satisfies Follower;
      const send = async (): Promise<Delivered> => {
        const goes = !failed && goesOn(each, call.deadlineAt, signal) && !isDown();
        const may = goes ? await allowed(behind) : new Set();
        const [ready, stopped] = parted(behind, ({ item }) => may.has(item.id));
        const held = unsent({ ...each, ready: stopped }, true);
        if (ready.length === 0) return { ...held, ended: endOf({ ...each, ready: behind }) };
        const sent = await parts.deliver({ ...each, ready }, signal);
        if (isFailedCall(sent)) {
          failed = true;
          onFailure();
        }
        return { ...sent, results: [...sent.results, ...held.results] };
      };
      const follower: Follower = {
        ...{ streams, outcome: 'running', end: Promise.resolve() },
        left: left.length === 0 ? [] : [{ ...unsent({ ...each, ready: left }, true), ended: null }],
      };
      follower.end = onPlace(send).then(
        (delivered) => {
          follower.outcome = delivered;
        },
        (error: unknown) => {
          unsettled(error);
          follower.outcome = 'broken';
        },
      );
      return follower;
    });
  }

  const isDown = (): boolean => downtimeEnd(policy.downtime, platform.wall()) !== undefined;

  /** Ids of those that may still go, as the store has it now: somebody may have been erased since, or the lane been closed. */
  async function allowed(ready: readonly Ready[]): Promise<ReadonlySet<unknown>> {
    const items = ready.map(({ item: { stream, epoch, id } }) => ({ stream, epoch, exchange: id }));
    return new Set((await engine.all(stillMayGo(lane, parts.owner, items))).map(({ exchange }) => exchange));
  }

  /**
   * One call from the wire to its settlement, and those that follow it in the same streams; they are settled together
   * where they end soon. It ends before its deadline, whatever they do.
   */
  async function take(call: Timed): Promise<readonly Result[]> {
    const controller = new AbortController();
    const { signal } = controller;
    open.add(controller);
    const cancel = platform.after(Math.max(1, call.deadlineAt - platform.steady()), () => controller.abort());
    if (parts.class === 'interactive' && !hasTime(call, call.deadlineAt)) controller.abort();
    let counted = false;
    let failures = 0;
    const failed = () => {
      failures += 1;
      failing += 1;
    };
    const settled: Result[] = [];
    const settle = async (delivered: readonly Delivered[]): Promise<void> => {
      const results = delivered.flatMap((each) => each.results);
      const ids = results.length > 0 ? await parts.settle(...delivered) : undefined;
      for (const report of delivered.flatMap(({ reports }) => reports))
        await guard.report(report.outcome, report.keys, call.probe, report.beside);
      settled.push(...results.filter(({ item }) => ids?.has(item.id)));
      const unmade = delivered.filter(({ ended, reports }) => ended !== null && reports.length === 0).length;
      if (unmade > 0) await engine.batch([giveTokensBack(lane, unmade)]);
    };
    let rest: readonly Follower[] = [];
    try {
      const first = await deliverOne(call, call, signal);
      if (isFailedCall(first)) failed();
      const all = follow(call, first, signal, failed);
      rest = all;
      if (all.length > 0) await soon(Promise.all(all.map(({ end }) => end)));
      if (parts.class !== 'interactive') await together(open.size - answered);
      answered += 1;
      counted = true;
      rest = all.filter(({ outcome }) => outcome === 'running');
      const after = all.flatMap(({ left, outcome }) => (isDelivered(outcome) ? [...left, outcome] : left));
      // A stream is let go by what ends last in it: by what still goes there, or by whoever takes over what broke.
      const heldOn = new Set([
        ...after.flatMap(({ results }) => results.filter(({ keeps }) => !keeps).map(streamOf)),
        ...all.filter(({ outcome }) => typeof outcome === 'string').flatMap(({ streams }) => [...streams]),
      ]);
      await settle([
        { ...first, results: first.results.map((each) => ({ ...each, keeps: heldOn.has(streamOf(each)) })) },
        ...after,
      ]);
      for (const each of rest) {
        await each.end;
        // The state was settled before: what ends here lets the stream go, whatever became of it.
        if (isDelivered(each.outcome))
          await settle([{ ...each.outcome, results: each.outcome.results.map((one) => ({ ...one, keeps: false })) }]);
      }
      return settled;
    } catch (error) {
      unsettled(error);
      return settled;
    } finally {
      await Promise.all(rest.map(({ end }) => end));
      cancel();
      open.delete(controller);
      if (counted) answered -= 1;
      failing -= failures;
      wake();
    }
  }

  /** Waits for what ends soon, and no longer. */
  function soon(work: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = platform.after(FOLLOWERS_MS, () => resolve());
      void work.finally(() => {
        cancel();
        resolve();
      });
    });
  }

  return {
    start: () => {
      loop = run().then(() => {});
    },
    async drain(deadline) {
      until = deadline;
      const nothingIsDue = await run();
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
      const end = platform.steady() + graceMs;
      while (open.size > 0 && platform.steady() < end) await pause(platform, 20);
      for (const controller of open) controller.abort();
      while (open.size > 0 && platform.steady() < end + 2_000) await pause(platform, 20);
      while (own.size > 0 && platform.steady() < end + 2_000) await pause(platform, 20);
      guard.close();
    },
  };
}

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

/** What was claimed for a call that is not made. */
const unsent = (call: PreparedCall, keeps: boolean): Delivered => ({
  ended: endOf(call),
  results: call.ready.map(({ item }) => ({
    ...{ item, settlement: givenBack(item), outcome: notSent('cancelled-before-sending'), keeps },
  })),
  reports: [],
});

const endOf = ({ recorded, ready }: PreparedCall): Delivered['ended'] =>
  recorded === undefined ? null : { call: recorded, raw: null, ready };

function parted<Item>(items: readonly Item[], which: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(which), items.filter((item) => !which(item))];
}

const isFailedCall = ({ reports }: Delivered): boolean => reports.some(({ outcome }) => isFailed(outcome));

/** A call that follows another in its streams. */
interface Follower {
  /** Where it goes on. */
  readonly streams: ReadonlySet<string>;
  /** Of it, what does not go because the state before it is not shown. */
  readonly left: readonly Delivered[];
  /** `broken`: it could not be brought to an end here; its lease will end. Null: nothing of it goes. */
  outcome: Delivered | 'running' | 'broken' | null;
  end: Promise<void>;
}
const isDelivered = (outcome: Follower['outcome']): outcome is Delivered =>
  typeof outcome !== 'string' && outcome !== null;

/** They now show the version that was sent. */
const isShown = ({ settlement }: Result): boolean =>
  settlement.to === 'delivered' && settlement.sentVersion !== null && settlement.parking === null;

const streamOf = ({ item }: Result): string => item.stream;

/** A call that ends at a time (steady ms), whatever comes. */
export interface Timed extends PreparedCall {
  readonly deadlineAt: number;
}
