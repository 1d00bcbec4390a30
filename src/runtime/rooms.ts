import type { Transport } from '../../adapters/adapter.ts';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { keepCatalogueFresh } from '../catalogue/refresh.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { type Erasures, subjects } from '../crypto/subjects.ts';
import type { Vault } from '../crypto/vault.ts';
import { cancelErased } from '../delivery/erase.ts';
import { createSystemControl } from '../delivery/interventions/system-control.ts';
import type { DeliveryObserver } from '../delivery/observer.ts';
import type { Lanes } from '../delivery/sending/lanes.ts';
import type { Queries } from '../delivery/sending/query.ts';
import type { Systems } from '../delivery/systems.ts';
import { createSystemViews } from '../delivery/views/system-views.ts';
import { SUBSCRIBER } from '../events/subscriber.ts';
import { createInbound } from '../inbound/inbound.ts';
import { createInboundViews } from '../inbound/views.ts';
import { NATIONAL_DOSSIER, nationalDossierHandler } from '../national-dossiers/receive.ts';
import { createNationalDossiers } from '../national-dossiers/room.ts';
import type { SessionsOf } from '../peer-sessions/peer-sessions.ts';
import type { Platform } from '../platform.ts';
import { createProcedures } from '../registers/procedures.ts';
import { createUnits } from '../registers/units.ts';
import type { Room, RoomDefinition } from '../room.ts';
import type { Engine } from '../store/engine.ts';
import { joined } from './joined.ts';

/** Rooms that enter the gateway as a value. A new subject is one line here and one folder in `src/`. */
export const roomDefinitions: readonly RoomDefinition[] = [];

/**
 * The rooms around what systems tell us: callbacks, the portal's own dossiers, queries and catalogue, registers, how
 * systems stand, subjects. The same on every runtime; what a runtime gives comes in `parts`.
 */
export function createNationalRooms(parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly vault: Vault;
  readonly keyring: Keyring;
  readonly erasures: Erasures;
  readonly systems: Systems;
  readonly lanes: Lanes;
  readonly transport: Transport;
  readonly sessions: SessionsOf;
  readonly observer: DeliveryObserver;
  readonly queries: Queries;
  /** Names this process. */
  readonly owner: string;
  readonly wake: (lane: string) => void;
  /** What other rooms make of messages and questions. */
  readonly rooms: readonly Room[];
  readonly failed: (error: unknown) => void;
}) {
  const { queries } = parts;
  const national = nationalOnly(parts.systems);
  const inbound = createInbound({
    ...parts,
    handlers: joined('a handler', [
      new Map([[NATIONAL_DOSSIER, nationalDossierHandler(parts)]]),
      ...parts.rooms.map((room) => room.handlers),
    ]),
    askers: joined(
      'an asker',
      parts.rooms.map((room) => room.askers),
    ),
  });
  const catalogueParts = { ...parts, queries };
  let stopping: (() => Promise<void>)[] = [];

  return {
    /** For `createApp`, each under the name that its routes ask for. */
    routes: {
      inbound,
      inboundViews: createInboundViews(parts),
      nationalDossiers: createNationalDossiers(parts),
      catalogue: createCatalogue(catalogueParts),
      registers: { units: createUnits(parts), procedures: createProcedures(parts) },
      systems: {
        views: createSystemViews({ ...parts, systems: national }),
        control: createSystemControl({ ...parts, systems: national, queries }),
      },
      subjects: subjects({ ...parts, alsoErase: cancelErased(parts.systems) }),
    },
    /** After `dispatcher.start()`, which makes the lanes: acts on what was stored before, then fetches what is old. */
    async start(): Promise<void> {
      await queries.recover();
      stopping = [inbound.keepActing()];
      if (parts.systems.get('national-portal')?.adapter !== undefined)
        stopping.push(keepCatalogueFresh(catalogueParts, { onError: parts.failed }));
    },
    /** Before the store closes. */
    async stop(): Promise<void> {
      await Promise.all(stopping.splice(0).map((stop) => stop()));
      queries.close();
    },
  };
}

/** Receivers of webhooks are delivered to like a system, but they are shown and stopped by their subscription. */
function nationalOnly(systems: Systems): Systems {
  const all = systems.all.filter(({ name }) => name !== SUBSCRIBER);
  return { ...systems, all, get: (name) => all.find((system) => system.name === name) };
}
