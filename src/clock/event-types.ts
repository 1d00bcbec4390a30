import { z } from 'zod';
import { eventType } from '../chronicle/event-type.ts';

export const clockStepped = eventType('clock.stepped', {
  meaning:
    'The clock of the machine was set by `seconds` (forwards, or backwards where it is negative). Nothing waits longer or shorter for it, but times that were shown meanwhile are off: look at how the machine keeps its time',
  data: z
    .strictObject({
      seconds: z.number(),
      /** `start`: it was found beside what was saved when the gateway last ran. */
      seen: z.enum(['running', 'start']),
      /** False where the machine was away for longer than a day, or its clock was set: a person has to tell which. */
      certain: z.boolean(),
    })
    .meta({ id: 'ClockEventData' }),
});
