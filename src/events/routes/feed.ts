import type { EventDocuments } from '../../../contracts/v1/event.ts';
import { json, type Route, route } from '../../routes/route.ts';
import type { Feed } from '../feed.ts';
import { eventBody } from './view.ts';

/** The feed of events: nothing is missed by who asks on from `next`. */
export const feedRoutes = ({
  feed,
  documents: { eventPage, eventQuery },
}: {
  readonly feed: Feed;
  readonly documents: EventDocuments;
}): readonly Route[] => [
  route(
    {
      method: 'get',
      path: '/v1/events',
      operationId: 'listEvents',
      scope: 'events:read',
      summary: 'Follow the feed of events',
      description:
        'Events in the order of their positions. Ask on with `after` set to `next`: every event is heard exactly once, late commits too, and after a restore from a backup all that is new, beginning with `store.restored`. With `waitSeconds` the question waits for news.',
      tags: ['events'],
      query: eventQuery,
      responses: { 200: json(eventPage, 'A page of events') },
    },
    async ({ query, signal }) => {
      const question = { after: query.after, types: query.types, limit: query.limit };
      const page =
        query.waitSeconds === 0
          ? await feed.read(question)
          : await feed.readOrWait(question, query.waitSeconds * 1000, signal);
      return { status: 200, body: { items: page.items.map(eventBody), next: page.next, more: page.more } };
    },
  ),
];
