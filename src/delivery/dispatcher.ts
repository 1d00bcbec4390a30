import { errorWords } from '../error-words.ts';
import { createLoop } from '../loop.ts';
import { newId } from '../platform.ts';
import { createDeliver } from './sending/deliver.ts';
import { createLaneRunner, type DeliveryParts, type LaneRunner, type Timed } from './sending/lane-runner.ts';
import { laneName, type NewLane } from './sending/lanes.ts';
import { createRecords } from './sending/records.ts';
import { createSettle, type Result } from './sending/settle.ts';
import { createSweep } from './sending/sweep.ts';
import { createTellRooms } from './sending/tell-rooms.ts';
import { createWireCalls } from './sending/wire-call.ts';

export interface Dispatcher {
  /** Takes over what earlier processes left (SQLite: everything, its file has one server). Harmless to repeat. */
  begin(): Promise<void>;
  /** Begins, and sends in the background from now on. */
  start(): Promise<void>;
  /**
   * For a runtime without background time, instead of `start`: sweeps, sends in all lanes until nothing is due, tells
   * rooms; nothing begins at `deadline` (epoch ms) or later, and nothing of it goes on afterwards. False: more is to do.
   */
  drain(deadline: number): Promise<boolean>;
  /** Something new may be due in this lane. */
  wake(lane: string): void;
  /**
   * Takes a call that was claimed and recorded in the commit that accepted it, over the wire, and settles it. Answers
   * what was settled; never rejects.
   */
  take(call: Timed): Promise<readonly Result[]>;
  /** A lane that comes while the process runs (a receiver of events). Harmless to repeat; only after `begin`. */
  addLane(lane: NewLane): Promise<void>;
  /** Ends a lane's work here: claims no more, lets its open calls end within `graceMs`. */
  removeLane(lane: string, graceMs: number): Promise<void>;
  /** Claims no more, lets open calls end within `graceMs`, and gives back what was not begun. */
  stop(graceMs: number): Promise<void>;
  /** Steady ms at which every lane and every sweep had shown life last: what readiness judges by. */
  readonly lastBeatAt: number;
  /** It takes nothing new any more. */
  readonly stopped: boolean;
}

const SWEEP_EVERY_MS = 2_000;
/** One page of a sweep takes far less. */
const SWEEP_LEASE_MS = 10_000;

export function createDispatcher(parts: DeliveryParts): Dispatcher {
  const { engine, platform, systems, owner } = parts;
  const token = () => newId(platform, 't');
  const roomFailed = (error: unknown) =>
    parts.observer.notice('error', 'a room could not write what a settlement means', { error: errorWords(error) });
  const records = createRecords(engine, { owner, token, roomFailed, after: (ms, run) => platform.after(ms, run) });
  const settle = createSettle({ ...parts, records, limits: engine.limits });
  const deliver = createDeliver({ ...parts, makeCall: createWireCalls({ ...parts, records }) });
  const tellRooms = createTellRooms({ ...parts, token, roomFailed });
  const sweep = createSweep({ ...parts, settle });
  const runners = new Map<string, LaneRunner>();
  let stopped = false;
  let begun: Promise<void> | undefined;
  let started = false;
  /** Since when its sweeps should show life. */
  let startedAt: number | undefined;
  const beats = new Map<string, number>();

  const failed = (message: string) => (error: unknown) =>
    parts.observer.notice('error', message, { error: errorWords(error) });
  // Two, so that neither keeps the other from its work.
  const sweeping = createLoop({
    name: 'sweep',
    platform,
    lease: { engine, owner, forMs: SWEEP_LEASE_MS },
    turn: async (turn) => {
      await sweep(false, turn);
      return SWEEP_EVERY_MS;
    },
    failed: failed('the sweep of expired leases failed'),
  });
  const telling = createLoop({
    name: 'tell-rooms',
    platform,
    lease: { engine, owner, forMs: SWEEP_LEASE_MS },
    turn: async (turn) => {
      await tellRooms(turn);
      return SWEEP_EVERY_MS;
    },
    failed: failed('rooms could not be told what settled'),
  });
  const loops = [sweeping, telling];

  function run({ system, class: laneClass, policy }: NewLane): void {
    const lane = laneName(system, laneClass);
    if (runners.has(lane)) return;
    const beat = () => void beats.set(lane, platform.steady());
    beat();
    const runner = createLaneRunner({ ...parts, lane, system, class: laneClass, policy, deliver, settle, token, beat });
    runners.set(lane, runner);
    if (started) runner.start();
  }

  async function takeOver(): Promise<void> {
    await parts.lanes.ensure(systems);
    if (engine.sole) await sweep(true, { mine: () => Promise.resolve(true) });
    for (const system of systems.all)
      for (const [laneClass, policy] of Object.entries(system.lanes ?? {}))
        if (laneClass !== 'query') run({ system: system.name, class: laneClass, policy });
  }
  /** Once; where it fails, again the next time. */
  function begin(): Promise<void> {
    begun ??= takeOver().catch((error: unknown) => {
      begun = undefined;
      throw error;
    });
    return begun;
  }

  return {
    get lastBeatAt() {
      // What stands still longest, so that a living one does not hide it.
      const sweeps = loops.map(({ beatAt }) => beatAt ?? startedAt ?? platform.steady());
      return Math.min(platform.steady(), ...beats.values(), ...sweeps);
    },
    get stopped() {
      return stopped;
    },
    begin,
    async start() {
      await begin();
      if (started || stopped) return;
      started = true;
      startedAt = platform.steady();
      for (const runner of runners.values()) runner.start();
      for (const loop of loops) loop.start();
    },
    async drain(deadline) {
      if (started) throw new Error('the dispatcher works in the background: nothing is to be drained');
      await begin();
      if (stopped) return false;
      const swept = await sweeping.drain(deadline);
      const sent = await Promise.all([...runners.values()].map((runner) => runner.drain(deadline)));
      return (await telling.drain(deadline)) && swept && sent.every(Boolean);
    },
    async addLane(lane) {
      if (stopped || runners.has(laneName(lane.system, lane.class))) return;
      await parts.lanes.add([lane]);
      if (!stopped) run(lane);
    },
    async removeLane(lane, graceMs) {
      const runner = runners.get(lane);
      runners.delete(lane);
      beats.delete(lane);
      await runner?.stop(graceMs);
    },
    wake: (lane) => runners.get(lane)?.wake(),
    // Without a runner nothing is done: the claim's lease ends, and it is asked about then.
    take: async (call) => (await runners.get(call.lane)?.take(call)) ?? [],
    async stop(graceMs) {
      stopped = true;
      const ended = [...runners.values()].map((runner) => runner.stop(graceMs));
      const handedOn = loops.map((loop) => loop.stop(graceMs).catch(failed('a sweep could not hand its work on')));
      await Promise.all([...ended, ...handedOn]);
    },
  };
}
