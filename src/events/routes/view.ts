import { vietnamTime } from '../../../contracts/domain/time.ts';
import type { EventView } from '../../../contracts/v1/event.ts';
import type { SubscriptionView as SubscriptionBody } from '../../../contracts/v1/subscription.ts';
import type { PlacedEvent } from '../event.ts';
import type { Subscription } from '../subscriptions.ts';

/** The one document of an event: an item of the feed and the body of a webhook. */
export const eventBody = (event: PlacedEvent): EventView => ({
  id: event.id,
  type: event.type,
  timestamp: vietnamTime(event.at),
  position: event.position,
  system: event.system,
  ref: event.ref,
  // Each type's data has its schema where the type is declared; it was held to that when it was raised.
  data: event.data,
});

export const subscriptionOf = (subscription: Subscription): SubscriptionBody => ({
  id: subscription.id,
  url: subscription.url,
  types: subscription.types && [...subscription.types],
  position: subscription.position,
  waiting: subscription.waiting,
  failing: subscription.failing,
  passed: subscription.passed,
  givenUp: subscription.givenUp,
  secrets: subscription.secrets.map(secretOf),
  createdAt: vietnamTime(subscription.createdAt),
  createdBy: subscription.createdBy,
});

export const secretOf = ({ n, createdAt }: { readonly n: number; readonly createdAt: number }) => ({
  n,
  createdAt: vietnamTime(createdAt),
});
