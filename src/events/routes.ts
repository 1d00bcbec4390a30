import { eventDocuments } from '../../contracts/v1/event.ts';
import type { EventType } from '../chronicle/event-type.ts';
import type { Route } from '../routes/route.ts';
import type { Events } from './events.ts';
import { feedRoutes } from './routes/feed.ts';
import { subscriptionRoutes } from './routes/subscriptions.ts';

/** The feed and the webhooks. What they say of events is made from the types that rooms declare. */
export function eventRoutes(
  parts: Pick<Events, 'feed' | 'subscriptions'> & { readonly types: readonly EventType[] },
): readonly Route[] {
  const documents = eventDocuments(parts.types);
  return [...feedRoutes({ ...parts, documents }), ...subscriptionRoutes({ ...parts, documents })];
}
