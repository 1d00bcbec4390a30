import { z } from 'zod';

/** An amount of Vietnamese đồng: a whole number, never a float, because the đồng has no smaller unit. */
export const money = z
  .strictObject({
    amount: z.int({ error: 'must be a whole number of đồng' }).min(0),
    currency: z.literal('VND'),
  })
  .meta({ id: 'Money', description: 'Whole đồng', examples: [{ amount: 8000, currency: 'VND' }] });
