import type { RoomDefinition } from '../room.ts';
import { createProcedures } from './procedures.ts';
import { registerRoutes } from './routes.ts';
import { createUnits } from './units.ts';

/** The province's own facts with their days of validity: units and procedures. */
export const registers: RoomDefinition = {
  name: 'registers',
  scopes: {
    'admin:units': { administratorOnly: 'a wrong register misdirects every dossier and, later, every payment' },
  },
  tables: {
    unit: {
      clear: [
        ...['code', 'valid_from', 'valid_to', 'name', 'kind', 'level', 'province', 'district', 'parent', 'gso_code'],
      ],
    },
    procedure_entry: { clear: ['code', 'valid_from', 'valid_to', 'name', 'field_code', 'field_name', 'level'] },
  },
  create: (parts) => ({
    routes: registerRoutes({ registers: { units: createUnits(parts), procedures: createProcedures(parts) } }),
  }),
};
