import { z } from 'zod';
import { replayableState, replayFilter, replayState } from '../domain/replay.ts';
import { instant } from '../domain/time.ts';
import { pageOf, pageQuery } from './page.ts';
import { reason } from './reason.ts';

export const newReplay = z
  .strictObject({
    filter: replayFilter,
    ratePerSecond: z.number().min(0.1).max(1000).default(20),
    reason,
    dryRun: z.boolean().default(false).meta({ description: 'Count only: nothing is stored, nothing is sent' }),
  })
  .meta({ id: 'NewReplay' });

export const replayView = z
  .object({
    id: z.string(),
    filter: replayFilter,
    state: replayState,
    reason: z.string(),
    ratePerSecond: z.number(),
    matched: z.int().meta({ description: 'Exchanges that the filter met when the replay was made' }),
    done: z.int().meta({ description: 'Exchanges set to be sent again so far' }),
    skipped: z.int().meta({ description: 'Exchanges met that could not be replayed any more, such as delivered ones' }),
    position: z.string().nullable().meta({ description: 'The last exchange that was looked at' }),
    createdAt: instant,
    createdBy: z.string(),
    approvedAt: instant.nullable(),
    approvedBy: z.string().nullable(),
    stoppedBy: z.string().nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'Replay', description: 'A stored job that sends many exchanges again, at a stated rate' });
export type ReplayView = z.infer<typeof replayView>;

export const replayCount = z
  .object({
    operation: z.string(),
    state: replayableState,
    cause: z.string().nullable(),
    count: z.int(),
  })
  .meta({ id: 'ReplayCount' });

export const dryRun = z
  .object({
    matched: z.int(),
    needsApproval: z.boolean().meta({
      description:
        'So many, together with this person’s open replays that nobody approved, that a second person has to approve',
    }),
    counts: z.array(replayCount),
    minutes: z.number().meta({ description: 'How long it would take at the rate asked for' }),
  })
  .meta({ id: 'ReplayDryRun' });
export type DryRun = z.infer<typeof dryRun>;

export const replayQuery = z.strictObject({ ...pageQuery });
export const replayPage = pageOf('ReplayPage', replayView);
