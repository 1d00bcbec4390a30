import type { RoomDefinition } from '../room.ts';
import { documentationRoutes } from './routes/documentation.ts';
import { processRoutes } from './routes/process.ts';

/** What those who run the gateway ask of it, and its contract for machines and people. */
export const process: RoomDefinition = {
  name: 'process',
  tags: { process: 'Tiến trình: health, readiness, metrics and this document' },
  scopes: { 'metrics:read': { roles: ['operator', 'auditor'] } },
  create: (parts) => ({ routes: [...processRoutes(parts), ...documentationRoutes(parts)] }),
};
