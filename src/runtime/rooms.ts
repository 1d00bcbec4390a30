import { access } from '../access/room.ts';
import { catalogue } from '../catalogue/room.ts';
import { clock } from '../clock/room.ts';
import { dossiers } from '../dossiers/room.ts';
import { events } from '../events/room.ts';
import { exchanges } from '../exchanges/room.ts';
import { feeReceipts } from '../fee-receipts/room.ts';
import { files } from '../files/room.ts';
import { inbound } from '../inbound/room.ts';
import { land } from '../land/room.ts';
import { nationalDossiers } from '../national-dossiers/room.ts';
import { payments } from '../payments/room.ts';
import { process } from '../process/room.ts';
import { reconciliation } from '../reconciliation/room.ts';
import { registers } from '../registers/room.ts';
import { retention } from '../retention/room.ts';
import type { RoomDefinition } from '../room.ts';
import { sealing } from '../sealing/room.ts';
import { systems } from '../systems/room.ts';
import { tax } from '../tax/room.ts';

/**
 * The one list of rooms. A new subject is one line here and one folder in `src/`. In this order the document shows them
 * and their loops begin; from its end they end, once all loops have stopped.
 */
export const rooms: readonly RoomDefinition[] = [
  dossiers,
  nationalDossiers,
  payments,
  feeReceipts,
  tax,
  land,
  reconciliation,
  inbound,
  files,
  exchanges,
  events,
  systems,
  catalogue,
  access,
  registers,
  retention,
  sealing,
  clock,
  process,
];
