import { isWorthSorting, sortIn } from '../crypto/sort-in.ts';
import { createLoop } from '../loop.ts';
import type { RoomDefinition } from '../room.ts';
import { eraseAfterRestore } from './after-restore.ts';
import { type RetentionPeriods, retentionVariable } from './periods.ts';
import { createRetention } from './retention.ts';
import { subjectRoutes } from './routes.ts';
import { subjects as createSubjects } from './subjects.ts';

const SWEEP_MS = 3_600_000;
const LEASE_MS = 600_000;
const SORT_MS = 10_000;
const SORT_LEASE_MS = 60_000;

/** What is kept of people, and for how long: found, given out, held, erased. */
export const retention: RoomDefinition = {
  name: 'retention',
  scopes: {
    'admin:subjects': { administratorOnly: 'an erasure cannot be undone, and an export shows a whole person' },
  },
  variables: { RETENTION: retentionVariable },
  create: (parts) => {
    const { engine, platform, log, owner } = parts;
    const subjects = createSubjects(parts);
    const periods = (parts.settings.RETENTION ?? {}) as RetentionPeriods;
    const retire = createRetention({ ...parts, subjects, periods });
    return {
      routes: subjectRoutes({ subjects }),
      loops: [
        createLoop({
          name: 'retention',
          platform,
          // It spares other processes the work; every erasure is guarded by itself. Whether there is any, the sweep finds out.
          lease: { engine, owner, forMs: LEASE_MS },
          firstAfterMs: SWEEP_MS,
          turn: async ({ mine, stopping }) => {
            if (!(await mine())) return SWEEP_MS;
            const count = await retire.sweep(stopping);
            if (count > 0) log.info('what is past its retention was erased', { count });
            await subjects.destroyUnusedEpochs('retention');
            return SWEEP_MS;
          },
          failed: parts.failed('what is past its retention could not be erased'),
        }),
        createLoop({
          name: 'blind-index',
          platform,
          // Two at it would do no harm.
          lease: { engine, owner, forMs: SORT_LEASE_MS },
          firstAfterMs: SORT_MS,
          turn: async ({ mine, stopping }) => {
            if ((await isWorthSorting(engine)) && (await mine())) await sortIn(engine, stopping);
            return SORT_MS;
          },
          failed: parts.failed('new entries of the blind index could not be sorted in'),
        }),
      ],
      begin: async () => {
        const count = await eraseAfterRestore(engine, subjects);
        if (count !== undefined) log.warn('the store was restored; who was erased since is erased again', { count });
      },
    };
  },
};
