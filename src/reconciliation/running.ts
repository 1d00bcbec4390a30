import { journalLine } from '../chronicle/journal-line.ts';
import { errorWords } from '../error-words.ts';
import { createLoop, type Loop } from '../loop.ts';
import type { ChangePayments } from '../payments/change.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { carryOut, RunStopped } from './run.ts';
import { moveRun, nextRun, type RunRow } from './run-rows.ts';

const LEASE_MS = 120_000;
const REST_MS = 5_000;

/** Carries out the runs that were asked for, one after the other; one that a process died over begins anew. */
export function createRunning(
  parts: Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'owner' | 'failed' | 'wakeWatches'>,
  change: ChangePayments,
): Loop {
  const { engine, platform } = parts;
  return createLoop({
    name: 'reconciliation-runs',
    platform,
    lease: { engine, owner: parts.owner, forMs: LEASE_MS },
    failed: parts.failed('a run of reconciliation could not be carried out'),
    turn: async ({ mine }) => {
      const [run] = await engine.all<RunRow>(nextRun());
      if (run === undefined || !(await mine())) return REST_MS;
      try {
        await carryOut(parts, change, run, mine);
        parts.wakeWatches();
      } catch (error) {
        if (error instanceof RunStopped) return 0;
        const token = newId(platform, 't');
        await engine.batch([
          moveRun(run.id, ['running'], 'failed', errorWords(error), token),
          journalLine({
            id: `${run.id}:${token}`,
            ref: run.id,
            from: 'running',
            to: 'failed',
            actor: 'reconciliation',
          }),
        ]);
        throw error;
      }
      return 0;
    },
  });
}
