import { z } from 'zod';

/**
 * How a dossier stands at the province's land system. `returned-as-wrong`: the tax department returned it, and it goes
 * round once more; `redoing`: its result was wrong, and they do it again.
 */
export const landState = z
  .enum([
    'sending',
    'uncertain',
    'refused',
    'received',
    'processing',
    'supplementing',
    'returned-as-wrong',
    'redoing',
    'completed',
    'result-returned',
    'ended-without-result',
  ])
  .meta({ id: 'LandState' });
export type LandState = z.infer<typeof landState>;
