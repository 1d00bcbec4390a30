import type { RoomDefinition } from '../room.ts';
import { createCatalogue } from './catalogue.ts';
import { catalogueLoop, PORTAL } from './refresh.ts';
import { catalogueRoutes } from './routes.ts';

/** Procedures, fields and agencies as the nation publishes them. */
export const catalogue: RoomDefinition = {
  name: 'catalogue',
  tags: { catalogue: 'Danh mục: procedures and agencies as the nation publishes them' },
  scopes: { 'catalogue:read': { roles: ['system', 'finance', 'operator', 'auditor'] } },
  tables: {
    catalogue_entry: { wall: ['fetched_at'], clear: ['kind', 'code', 'name', 'detail', 'written_by'] },
    catalogue_state: { wall: ['fetched_at', 'tried_at'], clear: ['kind', 'outcome'] },
  },
  create: (parts) => ({
    routes: catalogueRoutes({ catalogue: createCatalogue(parts) }),
    loops: parts.systems.get(PORTAL)?.adapter === undefined ? [] : [catalogueLoop(parts)],
  }),
};
