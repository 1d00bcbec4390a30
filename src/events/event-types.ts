import { z } from 'zod';
import { instant } from '../../contracts/domain/time.ts';
import { eventType } from '../chronicle/event-type.ts';

export const storeRestored = eventType('store.restored', {
  meaning:
    'The gateway was put back from a backup taken at `takenAt`: what was raised since may be raised anew, so read what you hold of it again. Who asks for some types only should ask for this one too',
  data: z.strictObject({ takenAt: instant }).meta({ id: 'StoreEventData' }),
});
