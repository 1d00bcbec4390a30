import type { RunAbout } from '../../contracts/domain/reconciliation.ts';
import { journalLine } from '../chronicle/journal-line.ts';
import { errorWords } from '../error-words.ts';
import { createLoop, type Loop } from '../loop.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { RunStopped } from './run.ts';
import { moveRun, nextRun, type RunRow } from './run-rows.ts';

const LEASE_MS = 120_000;
const REST_MS = 5_000;

export interface RunningGround {
  /** Whether this process still has the run. */
  readonly mine: () => Promise<boolean>;
  readonly stopping: AbortSignal;
}

/** Carries out the runs about one matter that were asked for, one after the other; one that a process died over is taken up again. */
export function createRunning(
  parts: Pick<RoomParts, 'engine' | 'platform' | 'owner' | 'failed'>,
  about: RunAbout,
  carryOut: (run: RunRow, on: RunningGround) => Promise<void>,
): Loop {
  const { engine, platform } = parts;
  return createLoop({
    name: about === 'money' ? 'reconciliation-runs' : 'reconciliation-dossiers',
    platform,
    lease: { engine, owner: parts.owner, forMs: LEASE_MS },
    failed: parts.failed('a run of reconciliation could not be carried out'),
    turn: async ({ mine, stopping }) => {
      const [run] = await engine.all<RunRow>(nextRun(about));
      if (run === undefined || !(await mine())) return REST_MS;
      try {
        await carryOut(run, { mine, stopping });
      } catch (error) {
        if (error instanceof RunStopped) return 0;
        const token = newId(platform, 't');
        await engine.batch([
          moveRun(run.id, ['running'], 'failed', errorWords(error), token),
          journalLine({
            ...{ id: `${run.id}:${token}`, ref: run.id, from: 'running', to: 'failed', actor: 'reconciliation' },
          }),
        ]);
        throw error;
      }
      return 0;
    },
  });
}
