import { inboundState } from '../../contracts/domain/inbound.ts';
import { oneOf } from '../chronicle/journalled.ts';
import type { RoomDefinition } from '../room.ts';
import { createInbound } from './inbound.ts';
import { callbackRoutes } from './routes/callbacks.ts';
import { inboundRoutes } from './routes/inbound.ts';
import { createInboundViews } from './views.ts';

/** What systems send to us: verified, stored, answered, and handed to the room that acts on it. */
export const inbound: RoomDefinition = {
  name: 'inbound',
  tags: { callbacks: 'Bản tin đến: what national systems send to us' },
  scopes: { 'inbound:read': { roles: ['operator', 'auditor'] } },
  journalled: {
    kinds: [{ prefix: 'in_', begins: 'line', isState: oneOf(inboundState.options) }],
    // Those that were refused are removed by age.
    held: [{ table: 'inbound', prefix: '', state: 't.state', states: inboundState.options }],
  },
  tables: {
    inbound: {
      numbers: ['seq', 'repeats'],
      wall: ['received_at', 'acted_at'],
      clear: ['id', 'system', 'path', 'type', 'ref', 'verifier', 'subject', 'state', 'written_by'],
      sealed: {
        raw: {
          purpose: 'inbound.raw',
          row: ({ id }) => id,
          under: 'select i.id, i.received_at as at, i.raw as sealed from inbound i where i.id = ?2 and i.subject = ?1',
        },
      },
    },
    inbound_head: { numbers: ['seq'], clear: ['id', 'digest', 'inbound', 'written_by'] },
  },
  keeps: [`s.kind = 'inbound' and exists (select 1 from inbound i where i.id = s.ref and i.state = 'stored')`],
  create: (parts) => {
    const own = createInbound(parts);
    return {
      routes: [
        ...callbackRoutes({ inbound: own, platform: parts.platform }),
        ...inboundRoutes({ inboundViews: createInboundViews(parts), purposes: parts.purposes }),
      ],
      loops: [own.loop],
    };
  },
};
