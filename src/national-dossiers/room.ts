import type { RoomDefinition } from '../room.ts';
import { createNationalDossiers } from './national-dossiers.ts';
import { NATIONAL_DOSSIER, nationalDossierHandler } from './receive.ts';
import { nationalDossierRoutes } from './routes.ts';

/** What was born on the national portal, for the province to take up. */
export const nationalDossiers: RoomDefinition = {
  name: 'national-dossiers',
  tags: { 'national dossiers': 'Hồ sơ từ Cổng Dịch vụ công quốc gia: what was born on the portal' },
  scopes: {
    'national-dossiers:read': { roles: ['system', 'operator', 'auditor'] },
    'national-dossiers:ack': { roles: ['system'] },
  },
  create: (parts) => ({
    handlers: new Map([[NATIONAL_DOSSIER, nationalDossierHandler(parts)]]),
    routes: nationalDossierRoutes({ nationalDossiers: createNationalDossiers(parts) }),
  }),
};
