import { VIETNAM_OFFSET_MS } from '../../contracts/domain/time.ts';
import { createLoop, type Loop } from '../loop.ts';
import type { RoomParts } from '../room.ts';
import type { Runs } from './runs.ts';

const LEASE_MS = 60_000;
const REST_MS = 60_000;
const DAY_MS = 86_400_000;
/** Stands for the clock where a person would ask. */
export const SCHEDULE = 'schedule';

/**
 * Asks for the runs of the day before, once a day from a time of day in Vietnam on (`HH:mm`): whoever comes in the morning
 * finds it done. A process that was down at that time asks when it is there again.
 */
export const createSchedule = (
  { engine, platform, owner, failed }: Pick<RoomParts, 'engine' | 'platform' | 'owner' | 'failed'>,
  runs: Runs,
  at: string,
): Loop =>
  createLoop({
    name: 'reconciliation-schedule',
    platform,
    lease: { engine, owner, forMs: LEASE_MS },
    failed: failed('the day before could not be put down for reconciliation'),
    turn: async ({ mine }) => {
      const now = new Date(platform.wall() + VIETNAM_OFFSET_MS).toISOString();
      if (now.slice(11, 16) < at) return REST_MS;
      const day = new Date(Date.parse(now) - DAY_MS).toISOString().slice(0, 10);
      for (const about of runs.canLookUp() ? (['money', 'dossiers'] as const) : (['money'] as const))
        if (!(await runs.wasAsked({ date: day, about }, SCHEDULE)) && (await mine()))
          await runs.ask({ date: day, about }, SCHEDULE);
      return REST_MS;
    },
  });
