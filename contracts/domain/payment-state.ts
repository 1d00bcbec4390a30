import { z } from 'zod';

export const paymentMethod = z.enum(['national', 'vietcombank', 'vietqr']).meta({
  id: 'PaymentMethod',
  description:
    '`national`: the national payment platform. `vietcombank`: a page of the bank. `vietqr`: a transfer to the account of the unit.',
});
export type PaymentMethod = z.infer<typeof paymentMethod>;

/** What a payment comes to, by all that is known of it. */
export const paymentState = z
  .enum([
    'creating',
    'awaiting-payment',
    'paid',
    'under-review',
    'failed',
    'cancelled',
    'expired',
    'partly-refunded',
    'refunded',
  ])
  .meta({
    id: 'PaymentState',
    description:
      '`creating`: nobody has its page yet. `under-review`: money came, of another amount or by a word that is not enough. `paid` stays `paid` whatever is said afterwards, until money goes back.',
  });
export type PaymentState = z.infer<typeof paymentState>;

/** Why what stands is not the last word. */
export const paymentDoubt = z
  .enum(['creation', 'pending', 'unlisted', 'cancelled-unheard', 'expired-unheard', 'refund', 'unanswered'])
  .meta({
    id: 'PaymentDoubt',
    description:
      '`creation`: whether it was made is being found out. `pending`: they do not know yet. `unlisted`: they said what no list names. `cancelled-unheard`, `expired-unheard`: they have not spoken since. `refund`: money may go back. `unanswered`: they were asked until the end and never answered.',
  });
export type PaymentDoubt = z.infer<typeof paymentDoubt>;

export const factKind = z
  .enum(['paid', 'failed', 'cancelled', 'expired', 'refunded', 'reversed', 'under-review'])
  .meta({ id: 'PaymentFactKind' });
export type FactKind = z.infer<typeof factKind>;

/** Who said so. */
export const factSource = z.enum(['callback', 'query', 'statement', 'notice', 'person']).meta({
  id: 'PaymentFactSource',
  description:
    '`callback`: they told us, signed. `query`: we asked. `notice`: the bank announced a credit. `person`: two people.',
});
export type FactSource = z.infer<typeof factSource>;
