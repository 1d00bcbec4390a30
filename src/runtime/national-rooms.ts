import type { Transport } from '../../adapters/adapter.ts';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { keepCatalogueFresh } from '../catalogue/refresh.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { type Erasures, subjects } from '../crypto/subjects.ts';
import type { Vault } from '../crypto/vault.ts';
import { cancelErased } from '../delivery/erase.ts';
import type { Lanes } from '../delivery/lanes.ts';
import type { DeliveryObserver } from '../delivery/observer.ts';
import { createQueries } from '../delivery/query.ts';
import { createSystemControl } from '../delivery/system-control.ts';
import { createSystemViews } from '../delivery/system-views.ts';
import type { Systems } from '../delivery/systems.ts';
import { createInbound } from '../inbound/inbound.ts';
import { NATIONAL_DOSSIER, nationalDossierHandler } from '../national-dossiers/receive.ts';
import { createNationalDossiers } from '../national-dossiers/room.ts';
import type { Platform } from '../platform.ts';
import { createProcedures } from '../registers/procedures.ts';
import { createUnits } from '../registers/units.ts';
import type { Engine } from '../store/engine.ts';

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
  readonly observer: DeliveryObserver;
  /** Names this process. */
  readonly owner: string;
  readonly wake: (lane: string) => void;
  readonly failed: (error: unknown) => void;
}) {
  const queries = createQueries(parts);
  const inbound = createInbound({
    ...parts,
    handlers: new Map([[NATIONAL_DOSSIER, nationalDossierHandler(parts)]]),
  });
  const catalogueParts = { ...parts, queries };
  let stopping: (() => void)[] = [];

  return {
    /** For `createApp`, each under the name that its routes ask for. */
    routes: {
      inbound,
      nationalDossiers: createNationalDossiers(parts),
      catalogue: createCatalogue(catalogueParts),
      registers: { units: createUnits(parts), procedures: createProcedures(parts) },
      systems: { views: createSystemViews(parts), control: createSystemControl({ ...parts, queries }) },
      subjects: subjects({ ...parts, alsoErase: cancelErased(parts.systems) }),
    },
    queries,
    /** After `dispatcher.start()`, which makes the lanes: acts on what was stored before, then fetches what is old. */
    async start(): Promise<void> {
      await queries.recover();
      stopping = [inbound.keepActing()];
      if (parts.systems.get('national-portal')?.adapter !== undefined)
        stopping.push(keepCatalogueFresh(catalogueParts, { onError: parts.failed }));
    },
    stop(): void {
      for (const stop of stopping.splice(0)) stop();
      queries.close();
    },
  };
}
