import { z } from 'zod';
import { instant } from '../../contracts/domain/time.ts';
import { eventType } from '../chronicle/event-type.ts';

export const storeRestored = eventType('store.restored', {
  meaning:
    'The gateway was put back from a backup taken at `takenAt`: what was raised since may be raised anew, so read what you hold of it again. Who asks for some types only should ask for this one too',
  data: z.strictObject({ takenAt: instant }).meta({ id: 'StoreEventData' }),
});

/** Of the receivers themselves: what a receiver makes of one of these is told to nobody, or they would feed each other. */
export const ABOUT_SUBSCRIPTIONS = 'subscription.';
export const deliveryRefused = eventType('subscription.delivery-refused', {
  meaning:
    'A receiver refused one event three times: later ones pass it, and it is tried again beside them. Said once, until it has taken all that it refused; never sent to the subscription that `ref` names',
  data: z
    .strictObject({ subscription: z.string(), exchange: z.string(), cause: z.string().nullable() })
    .meta({ id: 'DeliveryRefusedEventData' }),
});
export const subscriptionEnded = eventType('subscription.ended', {
  meaning: 'A receiver answered 410: its subscription has ended, and what was on its way is cancelled',
  data: z
    .strictObject({ subscription: z.string(), reason: z.literal('gone') })
    .meta({ id: 'SubscriptionEndedEventData' }),
});
