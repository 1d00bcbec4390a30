import { z } from 'zod';
import { instant } from './time.ts';

/** What a replay may touch: work that is final in a good sense is never replayed. */
export const replayableState = z.enum(['rejected', 'dead', 'retrying', 'uncertain']).meta({ id: 'ReplayableState' });
export type ReplayableState = z.infer<typeof replayableState>;

const words = z.array(z.string().min(1).max(100)).min(1).max(20);

export const replayFilter = z
  .strictObject({
    system: z.string().min(1).max(60),
    operations: words.optional(),
    states: z.array(replayableState).min(1).max(4).default(['rejected', 'dead']),
    causes: words.optional(),
    codes: words.optional().meta({ description: 'Code of the last attempt, as the system gave it' }),
    from: instant.optional().meta({ description: 'Accepted at or after' }),
    to: instant.optional().meta({ description: 'Accepted before' }),
  })
  .meta({ id: 'ReplayFilter' });
export type ReplayFilter = z.infer<typeof replayFilter>;

export const replayState = z.enum(['awaiting-approval', 'running', 'stopped', 'finished']).meta({ id: 'ReplayState' });
export type ReplayState = z.infer<typeof replayState>;
