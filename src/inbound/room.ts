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
  create: (parts) => {
    const own = createInbound(parts);
    return {
      routes: [
        ...callbackRoutes({ inbound: own, platform: parts.platform }),
        ...inboundRoutes({ inboundViews: createInboundViews(parts) }),
      ],
      loops: [own.loop],
    };
  },
};
