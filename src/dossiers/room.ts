import { streamsByKey } from '../exchanges/sight.ts';
import { fill, type RoomDefinition } from '../room.ts';
import { createAccept } from './accept.ts';
import { counting } from './accepted-counts.ts';
import { dossierOperations } from './compose.ts';
import { snapshotRequested } from './event-types.ts';
import { dossierRoutes } from './routes.ts';
import { bodyRow, dossierStreams } from './statements.ts';
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
  tables: {
    dossier: {
      numbers: ['revision', 'version', 'withdrawn'],
      wall: ['updated_at', 'received_at', 'due_at', 'closed_at', 'changed_at'],
      clear: [
        ...[
          'code',
          'subject',
          'updated_beyond',
          'content_mac',
          'national_code',
          'status',
          'channel',
          'level',
          'agency',
          'procedure',
        ],
        ...['field', 'step_keys', 'written_by'],
      ],
    },
    dossier_body: {
      numbers: ['version'],
      wall: ['at'],
      clear: ['subject'],
      sealed: {
        body: {
          purpose: 'dossier.body',
          row: ({ code, version }) => bodyRow(String(code), Number(version)),
          under: `select d.code || '/' || b.version as id, d.code, b.version, b.at, b.body as sealed from dossier d join dossier_body b on b.subject = d.subject where d.code = ?2 and d.subject = ?1 order by b.version`,
        },
      },
    },
  },
  keeps: [
    `s.kind = 'dossier' and exists (select 1 from dossier d where d.code = s.ref and d.subject = s.id
       and d.status in ('registered', 'accepted', 'processing', 'supplementing', 'awaiting-payment'))`,
  ],
  events: [snapshotRequested],
  create: (parts) => {
    const { accept, handedOver, metrics } = counting(createAccept(parts));
    return {
      metrics,
      operations: dossierOperations(parts),
      fills: [fill(streamsByKey, dossierStreams)],
      routes: dossierRoutes({
        dossiers: {
          accept,
          views: createDossierViews(parts),
          importing: { accept, handedOver, platform: parts.platform, turn: parts.engine.turn },
        },
        purposes: parts.purposes,
        stopping: parts.stopping,
      }),
    };
  },
};
