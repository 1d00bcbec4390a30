import type { RoomDefinition } from '../room.ts';
import { nationalDossierReceived } from './event-types.ts';
import { createNationalDossiers } from './national-dossiers.ts';
import { NATIONAL_DOSSIER, nationalDossierHandler } from './receive.ts';
import { nationalDossierRoutes } from './routes.ts';
import { contentRow } from './statements.ts';

/** What was born on the national portal, for the province to take up. */
export const nationalDossiers: RoomDefinition = {
  name: 'national-dossiers',
  tags: { 'national dossiers': 'Hồ sơ từ Cổng Dịch vụ công quốc gia: what was born on the portal' },
  scopes: {
    'national-dossiers:read': { roles: ['system', 'operator', 'auditor'] },
    'national-dossiers:ack': { roles: ['system'] },
  },
  tables: {
    national_dossier: {
      numbers: ['inbound_seq', 'version'],
      wall: ['received_at', 'changed_at', 'acknowledged_at'],
      clear: [
        ...['national_code', 'subject', 'inbound', 'dossier_code', 'procedure', 'agency', 'acknowledged_by'],
        'written_by',
      ],
      sealed: {
        body: {
          purpose: 'national_dossier.body',
          row: ({ id, inbound_seq }) => contentRow(id, Number(inbound_seq)),
          under:
            'select n.national_code as id, n.inbound_seq, n.changed_at as at, n.body as sealed from national_dossier n where n.subject = ?1',
        },
      },
    },
  },
  keeps: [
    `s.kind = 'inbound' and exists (select 1 from inbound i join national_dossier n on n.national_code = i.ref and n.inbound = i.id
       where i.id = s.ref and n.acknowledged_at is null)`,
  ],
  events: [nationalDossierReceived],
  create: (parts) => ({
    handlers: new Map([[NATIONAL_DOSSIER, nationalDossierHandler(parts)]]),
    routes: nationalDossierRoutes({ nationalDossiers: createNationalDossiers(parts), purposes: parts.purposes }),
  }),
};
