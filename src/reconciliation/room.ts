import type { RoomDefinition } from '../room.ts';
import { statementRoutes } from './routes/statements.ts';
import { readers } from './sources/readers.ts';
import { openSource } from './sources/sources.ts';
import { createStatementViews } from './statement-views.ts';
import { reconciliationTables, statementSchema } from './tables.ts';
import { createTakeIn } from './take-in.ts';
import { createUpkeep } from './upkeep.ts';

/** What the other sides say moved, held against what is recorded here: every đồng agrees, or stands on a list. */
export const reconciliation: RoomDefinition = {
  name: 'reconciliation',
  migrations: [statementSchema],
  tables: reconciliationTables,
  journalled: {
    kinds: [{ prefix: 'stm_', begins: 'line', isState: (to) => to === 'taken' }],
    held: [{ table: 'statement', prefix: '', state: 't.state', states: ['taken'], mayBeUnsaid: true }],
  },
  scopes: {
    'reconciliation:write': { roles: ['finance'] },
    'reconciliation:read': { roles: ['finance', 'operator', 'auditor'] },
  },
  tags: { reconciliation: 'Đối soát: what was paid, held against what banks and platforms say' },
  create: (parts) => {
    const takeIn = createTakeIn(parts, (given) => openSource(readers, given, async () => undefined));
    return {
      loops: [createUpkeep(parts)],
      routes: statementRoutes({ takeIn, views: createStatementViews(parts) }),
    };
  },
};
