import { standsUnder } from '../chronicle/journalled.ts';
import { whoseStreams } from '../exchanges/sight.ts';
import { fill, type RoomDefinition } from '../room.ts';
import { ADDRESS_PURPOSE, sealAddresses } from './address.ts';
import { deliveryRefused, storeRestored, subscriptionEnded } from './event-types.ts';
import { createEvents } from './events.ts';
import { eventBody } from './routes/view.ts';
import { eventRoutes } from './routes.ts';
import { subscriberSystem } from './subscriber.ts';
import { subscriberOperations } from './subscriber-operations.ts';
import { ownedDeliveries } from './subscriptions.ts';

/** What the province should hear: a feed, and deliveries to those who subscribed. */
export const events: RoomDefinition = {
  name: 'events',
  tags: { events: 'Sự kiện: what the province should hear, as a feed and as webhooks' },
  scopes: {
    'events:read': { roles: ['system', 'finance', 'operator', 'auditor'] },
    'subscriptions:read': { roles: ['system', 'operator'] },
    'subscriptions:write': { roles: ['system', 'operator'] },
  },
  systems: (reach) => [subscriberSystem(reach)],
  journalled: {
    held: [
      {
        ...{ table: 'subscription', prefix: 'subscription:', states: ['created', 'ended'] },
        state: `case when t.ended_at is null then 'created' else 'ended' end`,
        stays: standsUnder('subscription:'),
      },
    ],
  },
  tables: {
    subscription: {
      numbers: ['position'],
      wall: ['created_at', 'ended_at'],
      sealed: {
        address: {
          purpose: ADDRESS_PURPOSE,
          row: ({ id }) => id,
          under:
            'select s.id, s.created_at as at, s.address as sealed from subscription s where s.id = ?2 and s.subject = ?1 and s.address is not null',
        },
      },
      clear: ['id', 'url', 'types', 'subject', 'created_by', 'written_by'],
      secret: ['secrets'],
    },
  },
  events: [storeRestored, deliveryRefused, subscriptionEnded],
  create: (parts) => {
    const own = createEvents({
      ...parts,
      body: eventBody,
      failed: parts.failed('events could not be passed on'),
      unreadable: parts.failed('the address of a subscription does not open'),
    });
    return {
      operations: subscriberOperations(parts),
      routes: eventRoutes({ ...own, types: parts.events }),
      loops: own.loops,
      raised: own.wake,
      fills: [fill(whoseStreams, ownedDeliveries)],
      begin: async () => {
        const count = await sealAddresses(parts);
        if (count > 0) parts.log.info('addresses of subscriptions that were kept in clear are sealed', { count });
      },
    };
  },
};
