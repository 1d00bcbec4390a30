import { z } from 'zod';
import { wholeNumber } from '../../../contracts/domain/whole-number.ts';
import type { EventDocuments } from '../../../contracts/v1/event.ts';
import {
  createdSecret,
  createdSubscription,
  newSubscriptionOf,
  subscription,
  subscriptionPage,
  subscriptionQuery,
} from '../../../contracts/v1/subscription.ts';
import { pageFrom, positionOf } from '../../routes/paging.ts';
import { problem } from '../../routes/problem.ts';
import { empty, json, jsonBody, type Route, route } from '../../routes/route.ts';
import type { Subscriptions } from '../subscriptions.ts';
import { secretOf, subscriptionOf } from './view.ts';

const params = z.strictObject({ id: z.string().min(1).max(60) });
const tags = ['events'] as const;

/** Webhooks: who is told of events, under which secrets. */
export const subscriptionRoutes = ({
  subscriptions,
  documents,
}: {
  readonly subscriptions: Subscriptions;
  readonly documents: Pick<EventDocuments, 'eventType'>;
}): readonly Route[] => [
  route(
    {
      method: 'post',
      path: '/v1/subscriptions',
      operationId: 'createSubscription',
      scope: 'subscriptions:write',
      idempotent: true,
      secretFields: ['secret'],
      summary: 'Have events posted to an address',
      description:
        'Each event is posted in order as Standard Webhooks says: `webhook-id` (the event’s id; deduplicate by it), `webhook-timestamp`, and `webhook-signature` with one `v1` signature for each live secret. Any 2xx takes it; otherwise it is tried again by a schedule, for three days. It belongs to whoever made it, and each principal may have 100. The secret is shown in this answer only.',
      tags,
      body: jsonBody(newSubscriptionOf(documents)),
      responses: { 201: json(createdSubscription, 'The subscription, with its secret shown this once') },
      problems: ['origin-not-allowed', 'wrong-state'],
    },
    async ({ body, principal, command }) => {
      const earlier =
        command.resource === undefined ? undefined : await subscriptions.find(command.resource, principal);
      if (earlier !== undefined) return { status: 201, body: { ...subscriptionOf(earlier), secret: null } };
      if (!subscriptions.mayCall(body.url))
        return problem('origin-not-allowed', {
          errors: [
            {
              in: 'body',
              pointer: '/url',
              message: 'must be a public https address, or one that ALLOWED_ORIGINS names',
            },
          ],
        });
      const made = await subscriptions.create(body, principal, (id) => [command.remember(id)]);
      if (made === undefined)
        return problem('wrong-state', { detail: 'this principal has as many subscriptions as one may have' });
      return {
        status: 201,
        body: { ...subscriptionOf(made.view), secret: made.secret },
        headers: { location: `/v1/subscriptions/${made.view.id}` },
      };
    },
  ),
  route(
    {
      method: 'get',
      path: '/v1/subscriptions',
      operationId: 'listSubscriptions',
      scope: 'subscriptions:read',
      summary: 'List subscriptions',
      description:
        'Those of the caller (an administrator sees all) that have not ended, with how far each is and whether its receiver fails. Without secrets.',
      tags,
      query: subscriptionQuery,
      responses: { 200: json(subscriptionPage, 'A page of subscriptions') },
      problems: ['invalid-cursor'],
    },
    async ({ query, principal }) => ({
      status: 200,
      body: pageFrom(
        await subscriptions.list(query.limit + 1, principal, positionOf(query.cursor, z.tuple([z.string()]))?.[0]),
        query.limit,
        subscriptionOf,
        (each) => [each.id],
      ),
    }),
  ),
  route(
    {
      method: 'get',
      path: '/v1/subscriptions/{id}',
      operationId: 'getSubscription',
      scope: 'subscriptions:read',
      summary: 'See a subscription',
      description:
        'How far it is in the feed, how much waits, and whether its receiver fails. Another principal’s is not found, here and below, unless an administrator asks.',
      tags,
      params,
      responses: { 200: json(subscription, 'The subscription') },
      problems: ['not-found'],
    },
    async ({ params: { id }, principal }) => {
      const found = await subscriptions.find(id, principal);
      return found === undefined ? problem('not-found') : { status: 200, body: subscriptionOf(found) };
    },
  ),
  route(
    {
      method: 'delete',
      path: '/v1/subscriptions/{id}',
      operationId: 'deleteSubscription',
      scope: 'subscriptions:write',
      summary: 'End a subscription',
      description: 'What is on its way is cancelled and the secrets are destroyed.',
      tags,
      params,
      responses: { 204: empty('Ended') },
      problems: ['not-found'],
    },
    async ({ params: { id }, principal }) =>
      (await subscriptions.remove(id, principal)) ? { status: 204 } : problem('not-found'),
  ),
  route(
    {
      method: 'post',
      path: '/v1/subscriptions/{id}/secrets',
      operationId: 'addSubscriptionSecret',
      scope: 'subscriptions:write',
      idempotent: true,
      secretFields: ['secret'],
      summary: 'Add a second live secret',
      description:
        'So that a receiver can change over without a gap: every delivery is signed with both until the old one is removed. At most two are live. The secret is shown in this answer only.',
      tags,
      params,
      responses: { 201: json(createdSecret, 'The secret, shown this once') },
      problems: ['not-found', 'wrong-state'],
    },
    async ({ params: { id }, principal, command }) => {
      if (command.resource !== undefined) {
        const note = (await subscriptions.find(id, principal))?.secrets.find(
          (each) => String(each.n) === command.resource,
        );
        return note === undefined ? problem('not-found') : { status: 201, body: { ...secretOf(note), secret: null } };
      }
      const made = await subscriptions.addSecret(id, principal, (n) => [command.remember(String(n))]);
      if (made === 'not-found') return problem('not-found');
      if (made === 'too-many') return problem('wrong-state', { detail: 'two secrets are live: remove one first' });
      return { status: 201, body: { ...secretOf(made), secret: made.secret } };
    },
  ),
  route(
    {
      method: 'delete',
      path: '/v1/subscriptions/{id}/secrets/{n}',
      operationId: 'removeSubscriptionSecret',
      scope: 'subscriptions:write',
      summary: 'Remove a live secret',
      description: 'Deliveries are no longer signed with it. The last one cannot be removed.',
      tags,
      params: z.strictObject({
        id: z.string().min(1).max(60),
        n: wholeNumber(1).meta({ type: 'integer', minimum: 1 }),
      }),
      responses: { 204: empty('Removed') },
      problems: ['not-found', 'wrong-state'],
    },
    async ({ params: { id, n }, principal }) => {
      const done = await subscriptions.removeSecret(id, n, principal);
      if (done === 'not-found') return problem('not-found');
      if (done === 'last') return problem('wrong-state', { detail: 'a subscription keeps at least one secret' });
      return { status: 204 };
    },
  ),
];
