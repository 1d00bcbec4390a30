import { z } from 'zod';
import { eventType } from '../../../src/chronicle/event-type.ts';

export const practiceRegistered = eventType('practice.registered', {
  meaning:
    'The bureau has registered the permit; `registration` is shown at `/v1/practice/registrations/{registration}`',
  data: z.strictObject({ registration: z.string(), permit: z.string() }).meta({ id: 'PracticeEventData' }),
});
