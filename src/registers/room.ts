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
  create: (parts) => ({
    routes: registerRoutes({ registers: { units: createUnits(parts), procedures: createProcedures(parts) } }),
  }),
};
