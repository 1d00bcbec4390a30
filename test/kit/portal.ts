import type { Adapter, Outcome } from '../../adapters/adapter.ts';
import { completed } from '../../adapters/adapter.ts';
import { nationalPortal } from '../../adapters/national-portal/index.ts';
import type { PolicyOverride } from '../../src/delivery/rules/policy.ts';
import { createLanes } from '../../src/delivery/sending/lanes.ts';
import { createQueries, type Queries } from '../../src/delivery/sending/query.ts';
import { createSystems, type Systems } from '../../src/delivery/systems.ts';
import { createPeerSessions } from '../../src/peer-sessions/peer-sessions.ts';
import type { Ground } from './room.ts';

/** The portal's real adapter; its queries and its probe answer what the test says. */
export function scriptedPortal(
  answers: Readonly<Record<string, (input: never) => Outcome | Promise<Outcome>>>,
  probe: () => Outcome<string> = () => completed('ok'),
): Adapter {
  const adapter = nationalPortal.create(
    nationalPortal.config.parse({ URL: 'http://127.0.0.1:9/forward', USERNAME: 'u', PASSWORD: 'p', UNIT: 'H02' }),
  );
  const queries = Object.entries(adapter.queries).map(([name, operation]): [string, typeof operation] => [
    name,
    answers[name] === undefined || operation.kind !== 'query'
      ? operation
      : { ...operation, run: async (input: never) => (await answers[name]?.(input)) ?? completed(null) },
  ]);
  return { ...adapter, queries: Object.fromEntries(queries), probe: async () => probe() };
}

/** Queries over the scripted portal. Without an adapter the portal is not configured. */
export async function askable(
  on: Ground,
  adapter: Adapter | undefined,
  override: PolicyOverride = {},
): Promise<{ queries: Queries; systems: Systems; lanes: ReturnType<typeof createLanes> }> {
  const title = { vi: 'Cổng', en: 'Portal' };
  const systems = createSystems([{ name: 'national-portal', title, adapter, override }]);
  const lanes = createLanes(on.engine);
  await lanes.ensure(systems);
  const transport = { send: () => Promise.reject(new Error('no wire in this test')) };
  return {
    systems,
    lanes,
    queries: createQueries({ ...on, systems, lanes, transport, sessions: createPeerSessions(on), owner: 'o1' }),
  };
}
