import type { EventType } from '../chronicle/event-type.ts';
import type { Journalled } from '../chronicle/journalled.ts';
import { chronicleTables } from '../chronicle/tables.ts';
import { cryptoTables } from '../crypto/tables.ts';
import { deliveryEvents } from '../delivery/event-types.ts';
import { deliveryJournalled } from '../delivery/journalled.ts';
import { deliveryTables } from '../delivery/tables.ts';
import { journalTables } from '../journal/tables.ts';
import { peerSessionTables } from '../peer-sessions/tables.ts';
import { idempotencyTables } from '../routes/tables.ts';
import { storeTables, type Tables } from '../store/tables.ts';

interface Ground {
  readonly name: string;
  readonly tables: Tables;
  readonly events?: readonly EventType[];
  readonly journalled?: Journalled;
}

/** What rooms stand on, by folder, with the tables that it writes, the kinds of events that it raises and what its journal lines say. */
export const grounds: readonly Ground[] = [
  { name: 'store', tables: storeTables },
  { name: 'chronicle', tables: chronicleTables },
  { name: 'crypto', tables: cryptoTables },
  { name: 'journal', tables: journalTables },
  { name: 'peer-sessions', tables: peerSessionTables },
  { name: 'delivery', tables: deliveryTables, events: deliveryEvents, journalled: deliveryJournalled },
  { name: 'routes', tables: idempotencyTables },
];
