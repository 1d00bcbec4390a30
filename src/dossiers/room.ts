import type { RoomDefinition } from '../room.ts';
import { createAccept } from './accept.ts';
import { dossierOperations } from './compose.ts';
import { dossierRoutes } from './routes.ts';
import { createDossierViews } from './views.ts';

/** What the province holds and the nation is to see. */
export const dossiers: RoomDefinition = {
  name: 'dossiers',
  tags: { dossiers: 'Hồ sơ: the province hands dossiers over and follows them to the nation' },
  scopes: {
    'dossiers:read': { roles: ['system', 'finance', 'operator', 'auditor'] },
    'dossiers:write': { roles: ['system'] },
    'dossiers:override': { roles: ['operator'] },
  },
  create: (parts) => ({
    operations: dossierOperations(parts),
    routes: dossierRoutes({ dossiers: { accept: createAccept(parts), views: createDossierViews(parts) } }),
  }),
};
