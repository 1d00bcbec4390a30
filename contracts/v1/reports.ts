import { z } from 'zod';
import { civilDate } from '../domain/time.ts';

const MOST_DAYS = 93;
const DAY_MS = 86_400_000;

export const freshnessQuery = z
  .strictObject({
    from: civilDate.meta({ description: 'The first day, in Vietnam' }),
    to: civilDate.meta({ description: 'The last day' }),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'must not be before from' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < MOST_DAYS * DAY_MS, {
    path: ['to'],
    message: `must be at most ${MOST_DAYS} days after from`,
  });

const part = z.object({
  count: z.int(),
  share: z.number().nullable().meta({ description: 'Of all that were handed over, 0 to 1; null where none were' }),
});

export const freshnessReport = z
  .object({
    from: civilDate,
    to: civilDate,
    handedOver: z.int().meta({ description: 'States of dossiers that were handed over in these days' }),
    within: z
      .array(part.extend({ minutes: z.int() }))
      .meta({ description: 'How many were nationally visible so soon, themselves or by a newer state' }),
    later: part.meta({ description: 'Visible, and later than that' }),
    waiting: part.meta({ description: 'On their way' }),
    stopped: part.meta({ description: 'Refused, given up, withdrawn, parked or uncertain: nothing newer arrived' }),
  })
  .meta({ id: 'FreshnessReport' });
