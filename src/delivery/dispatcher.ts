import { notSent, unknown } from '../../adapters/adapter.ts';
import { newId } from '../platform.ts';
import { createCaller } from './caller.ts';
import { decide } from './decide.ts';
import { createLaneRunner, type DeliveryParts, type LaneRunner, nameOf } from './lane-runner.ts';
import { laneName, type NewLane } from './lanes.ts';
import { createRecords } from './records.ts';
import { abandoned, type Claimed, release } from './statements.ts';
import { UNKNOWN_OPERATION } from './unknown-operation.ts';

export interface Dispatcher {
  /** Takes over what earlier processes left (SQLite: everything, its file has one server) and begins to send. */
  start(): Promise<void>;
  /** Something new may be due in this lane. */
  wake(lane: string): void;
  /** A lane that comes while the process runs (a subscriber). Harmless to repeat; only after `start`. */
  addLane(lane: NewLane): Promise<void>;
  /** Ends a lane's work here: claims no more, lets its open calls end within `graceMs`. */
  removeLane(lane: string, graceMs: number): Promise<void>;
  /** Claims no more, lets open calls end within `graceMs`, and gives back what was not begun. */
  stop(graceMs: number): Promise<void>;
  /** Epoch ms of the last time that a lane was looked at: what readiness judges by. */
  readonly lastBeatAt: number;
}

const SWEEP_EVERY_MS = 2_000;

export function createDispatcher(parts: DeliveryParts): Dispatcher {
  const { engine, platform, systems, owner } = parts;
  const token = () => newId(platform, 't');
  const records = createRecords(engine, { owner, token });
  const caller = createCaller({ ...parts, records });
  const runners = new Map<string, LaneRunner>();
  let stopped = false;
  let lastBeatAt = platform.now();
  let cancelSweep: () => void = () => {};

  async function sweep(everything: boolean): Promise<void> {
    for (;;) {
      const rows = await engine.all<Claimed & { call: string | null; id: string | null }>(abandoned(everything));
      if (rows.length === 0) return;
      const idle = rows.filter((row) => row.id === null);
      if (idle.length > 0) await engine.batch([release(idle)]);
      for (const item of rows) {
        if (item.id === null) continue;
        const entry = systems.command(item.system, item.operation) ?? UNKNOWN_OPERATION;
        // Without an open call nothing left the process: the exchange simply waits again.
        const outcome = item.call === null ? notSent('cancelled-before-sending') : unknown('process-lost');
        const settlement = decide(item, outcome, entry, platform.random());
        await caller.settleAll(
          entry,
          item.call,
          null,
          [],
          [
            {
              item,
              outcome,
              settlement:
                item.call === null
                  ? { ...settlement, to: 'pending', cause: null, dueInMs: 0, triedMs: item.tried_ms }
                  : settlement,
            },
          ],
        );
      }
      if (rows.length < 500 || everything === false) return;
    }
  }

  function run({ system, class: laneClass, policy }: NewLane): void {
    const lane = laneName(system, laneClass);
    if (runners.has(lane)) return;
    const beat = () => (lastBeatAt = platform.now());
    const runner = createLaneRunner({ ...parts, lane, system, policy, caller, token, beat });
    runners.set(lane, runner);
    runner.start();
  }

  function scheduleSweep(): void {
    cancelSweep = platform.after(SWEEP_EVERY_MS, () => {
      void sweep(false)
        .catch((error: unknown) =>
          parts.observer.notice('error', 'the sweep of expired leases failed', { error: nameOf(error) }),
        )
        .finally(() => {
          if (!stopped) scheduleSweep();
        });
    });
  }

  return {
    get lastBeatAt() {
      return lastBeatAt;
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
      await runner?.stop(graceMs);
    },
    wake: (lane) => runners.get(lane)?.wake(),
    async stop(graceMs) {
      stopped = true;
      cancelSweep();
      await Promise.all([...runners.values()].map((runner) => runner.stop(graceMs)));
    },
  };
}
