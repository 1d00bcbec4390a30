import { fold, mayFold } from '../delivery/counting.ts';
import type { Systems } from '../delivery/systems.ts';
import { createLoop } from '../loop.ts';
import { newId } from '../platform.ts';
import type { RoomDefinition } from '../room.ts';
import { createSystemControl } from './control.ts';
import { systemMetrics } from './metrics.ts';
import { systemRoutes } from './routes.ts';
import { createSystemViews } from './system-views.ts';

const FOLD_MS = 5_000;
const LEASE_MS = 30_000;

/** The national systems: how each one stands, and what a person may do to it. */
export const systems: RoomDefinition = {
  name: 'systems',
  tags: { systems: 'Hệ thống quốc gia: how each one stands, pause, resume and probe' },
  scopes: {
    'systems:read': { roles: ['system', 'finance', 'operator', 'auditor'] },
    'systems:act': { roles: ['operator'] },
  },
  create: (parts) => {
    const { engine, platform, owner } = parts;
    const national = { ...parts, systems: nationalOnly(parts.systems) };
    return {
      routes: systemRoutes({
        systems: { views: createSystemViews(national), control: createSystemControl(national) },
        platform: parts.platform,
      }),
      metrics: systemMetrics(parts),
      loops: [
        createLoop({
          name: 'counts',
          platform,
          lease: { engine, owner, forMs: LEASE_MS },
          firstAfterMs: FOLD_MS,
          turn: async ({ mine }) => {
            if ((await mayFold(engine)) && (await mine())) await engine.batch(fold(newId(platform, 't')));
            return FOLD_MS;
          },
          failed: parts.failed('what stands where could not be folded together'),
        }),
      ],
    };
  },
};

/** What the gateway itself delivers to like a system, such as receivers of events, is shown and stopped elsewhere. */
function nationalOnly(systems: Systems): Systems {
  const all = systems.all.filter(({ ownLanes }) => !ownLanes);
  return { ...systems, all, get: (name) => all.find((system) => system.name === name) };
}
