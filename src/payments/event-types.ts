import { z } from 'zod';
import { paymentDoubt, paymentState } from '../../contracts/domain/payment-state.ts';
import { eventType } from '../chronicle/event-type.ts';

const data = z
  .strictObject({
    payment: z.string(),
    dossierCode: z.string(),
    reference: z.string(),
    state: paymentState,
    uncertainBecause: z.union([paymentDoubt, z.null()]),
    amountVnd: z.int(),
    surplusVnd: z.int(),
  })
  .meta({ id: 'PaymentEventData' });

const kind = (name: string, meaning: string) =>
  eventType(`payment.${name}`, { meaning: `${meaning}; it is shown at \`/v1/payments/{payment}\``, data });

export const paymentEvents = {
  created: kind('created', 'Its page or code exists, and may be paid'),
  paid: kind('paid', 'They said, for this reference and this amount, that it is paid'),
  failed: kind('failed', 'It will not be paid: they said so, or it was never made'),
  cancelled: kind('cancelled', 'It was cancelled'),
  expired: kind('expired', 'Its time is over, and they know of no money'),
  underReview: kind(
    'under-review',
    'Money came, of another amount or by a word that is not enough: a person has to look',
  ),
  refunded: kind('refunded', 'Money went back'),
  reversed: kind('reversed', 'They took the money back'),
  surplus: kind('surplus', 'More money came than was asked for'),
  uncertain: kind('uncertain', 'What stands is not the last word, for the reason that it names'),
} as const;
export type PaymentEvent = keyof typeof paymentEvents;
