import { errorWords } from '../error-words.ts';
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
  /** Takes over what earlier processes left (SQLite: everything, its file has one server) and begins to send. */
  start(): Promise<void>;
  /** Something new may be due in this lane. */
  wake(lane: string): void;
  /**
   * Takes a call that was claimed and recorded in the commit that accepted it, over the wire, and settles it. Answers
   * what was settled; never rejects.
   */
  take(call: Timed): Promise<readonly Result[]>;
  /** A lane that comes while the process runs (a receiver of events). Harmless to repeat; only after `start`. */
  addLane(lane: NewLane): Promise<void>;
  /** Ends a lane's work here: claims no more, lets its open calls end within `graceMs`. */
  removeLane(lane: string, graceMs: number): Promise<void>;
  /** Claims no more, lets open calls end within `graceMs`, and gives back what was not begun. */
  stop(graceMs: number): Promise<void>;
  /** Steady ms at which every lane had been looked at last: what readiness judges by. */
  readonly lastBeatAt: number;
  /** It takes nothing new any more. */
  readonly stopped: boolean;
}

const SWEEP_EVERY_MS = 2_000;

export function createDispatcher(parts: DeliveryParts): Dispatcher {
  const { engine, platform, systems, owner } = parts;
  const token = () => newId(platform, 't');
  const roomFailed = (error: unknown) =>
    parts.observer.notice('error', 'a room could not write what a settlement means', { error: errorWords(error) });
  const records = createRecords(engine, { owner, token, roomFailed, after: (ms, run) => platform.after(ms, run) });
  const settle = createSettle({ ...parts, records });
  const deliver = createDeliver({ ...parts, makeCall: createWireCalls({ ...parts, records }) });
  const tellRooms = createTellRooms({ ...parts, token, roomFailed });
  const sweep = createSweep({ ...parts, settle });
  const runners = new Map<string, LaneRunner>();
  let stopped = false;
  const beats = new Map<string, number>();
  let cancelSweep: () => void = () => {};

  function run({ system, class: laneClass, policy }: NewLane): void {
    const lane = laneName(system, laneClass);
    if (runners.has(lane)) return;
    const beat = () => void beats.set(lane, platform.steady());
    beat();
    const runner = createLaneRunner({ ...parts, lane, system, class: laneClass, policy, deliver, settle, token, beat });
    runners.set(lane, runner);
    runner.start();
  }

  function scheduleSweep(): void {
    cancelSweep = platform.after(SWEEP_EVERY_MS, () => {
      const failed = (message: string) => (error: unknown) =>
        parts.observer.notice('error', message, { error: errorWords(error) });
      // Neither keeps the other from its work.
      void sweep(false)
        .catch(failed('the sweep of expired leases failed'))
        .then(() => tellRooms())
        .catch(failed('rooms could not be told what settled'))
        .finally(() => {
          if (!stopped) scheduleSweep();
        });
    });
  }

  return {
    get lastBeatAt() {
      // The lane that stands still longest, so that a living one does not hide it.
      return Math.min(platform.steady(), ...beats.values());
    },
    get stopped() {
      return stopped;
    },
    async start() {
      await parts.lanes.ensure(systems);
      await sweep(engine.kind === 'sqlite');
      for (const system of systems.all)
        for (const [laneClass, policy] of Object.entries(system.lanes ?? {}))
          if (laneClass !== 'query') run({ system: system.name, class: laneClass, policy });
      scheduleSweep();
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
      cancelSweep();
      await Promise.all([...runners.values()].map((runner) => runner.stop(graceMs)));
    },
  };
}
