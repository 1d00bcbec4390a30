import { z } from 'zod';

/** Where a dossier stands on its way to the nation. Recorded and delivered are different facts. */
export const deliveryState = z
  .enum([
    'recorded',
    'waiting',
    'sending',
    'retrying',
    'uncertain',
    'delivered',
    'rejected',
    'cancelled',
    'dead',
    'parked',
  ])
  .meta({ id: 'DeliveryState' });
export type DeliveryState = z.infer<typeof deliveryState>;

/** What a line of a dossier's story tells: a state that was entered, a try on the wire, an act of a person. */
export const timelineKind = z.enum(['state', 'attempt', 'note', 'payment', 'tax', 'land']);
export type TimelineKind = z.infer<typeof timelineKind>;

/** What became of one line of an import. */
export const importOutcome = z.enum([
  'accepted',
  'unchanged',
  'stale-revision',
  'conflicting-revision',
  'revision-required',
  'from-the-future',
  'erased',
  'invalid',
  'unavailable',
]);
export type ImportOutcome = z.infer<typeof importOutcome>;
