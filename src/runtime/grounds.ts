import { chronicleTables } from '../chronicle/tables.ts';
import { cryptoTables } from '../crypto/tables.ts';
import { deliveryTables } from '../delivery/tables.ts';
import { journalTables } from '../journal/tables.ts';
import { peerSessionTables } from '../peer-sessions/tables.ts';
import { idempotencyTables } from '../routes/kit/tables.ts';
import { storeTables, type Tables } from '../store/tables.ts';

/** What rooms stand on, and the tables that are theirs, by the folder that writes them. */
export const grounds: readonly { readonly name: string; readonly tables: Tables }[] = [
  { name: 'store', tables: storeTables },
  { name: 'chronicle', tables: chronicleTables },
  { name: 'crypto', tables: cryptoTables },
  { name: 'journal', tables: journalTables },
  { name: 'peer-sessions', tables: peerSessionTables },
  { name: 'delivery', tables: deliveryTables },
  { name: 'routes', tables: idempotencyTables },
];
