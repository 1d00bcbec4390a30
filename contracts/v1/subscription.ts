import { z } from 'zod';
import { asGiven } from '../domain/text.ts';
import { instant } from '../domain/time.ts';
import { type EventDocuments, position } from './event.ts';
import { pageOf, pageQuery } from './page.ts';

export const newSubscriptionOf = ({ eventType }: Pick<EventDocuments, 'eventType'>) =>
  z
    .strictObject({
      url: asGiven(2000)
        .check(z.url({ error: 'must be an https address' }))
        .meta({ description: 'Where events are posted; https, or an origin named in ALLOWED_ORIGINS' }),
      types: z.array(eventType).min(1).max(50).optional().meta({ description: 'Only these types; without it all' }),
      after: position
        .min(0)
        .optional()
        .meta({ description: 'Deliver what follows this position of the feed; without it what comes from now on' }),
    })
    .meta({ id: 'NewSubscription' });

export const secretNote = z.object({ n: z.int(), createdAt: instant }).meta({ id: 'SecretNote' });

const subscriptionFields = {
  id: z.string(),
  url: z.string().meta({
    description: 'Where events are posted, kept sealed: its query is masked, and in its path what looks like a token',
  }),
  types: z.array(z.string()).nullable().meta({ description: 'Null: all types' }),
  position: position.meta({ description: 'The last event that was put on its way' }),
  waiting: z.int().meta({ description: 'Events on their way and not yet taken by the receiver' }),
  failing: z.boolean().meta({ description: 'The receiver fails, and is tried again later' }),
  passed: z.int().meta({
    description:
      'Of those waiting: events that the receiver refused three times. Later ones pass them, and they are tried again beside these',
  }),
  givenUp: z.int().meta({
    description:
      'Events that the receiver never took and that are not tried again by themselves; later ones go on. `POST /v1/exchanges/{id}/retry` sends one again',
  }),
  secrets: z.array(secretNote).meta({ description: 'At most two live; the secrets themselves are shown once' }),
  createdAt: instant,
  createdBy: z.string().meta({
    description: 'Whose it is: nobody else but an administrator sees or changes it',
  }),
};
export const subscription = z.object(subscriptionFields).meta({ id: 'Subscription' });
export type SubscriptionView = z.infer<typeof subscription>;

const secret = z
  .string()
  .nullable()
  .meta({
    description: 'Verifies `webhook-signature` (Standard Webhooks); shown this once, null when the answer is repeated',
    examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  });
export const createdSubscription = z.object({ ...subscriptionFields, secret }).meta({ id: 'CreatedSubscription' });
export const createdSecret = z.object({ n: z.int(), createdAt: instant, secret }).meta({ id: 'CreatedSecret' });

export const subscriptionQuery = z.strictObject({ ...pageQuery });
export const subscriptionPage = pageOf('SubscriptionPage', subscription);
