import { z } from 'zod';
import { breakerState, laneClass, laneState } from '../domain/lane.ts';
import { instant } from '../domain/time.ts';
import { reason } from './reason.ts';

const both = z.object({ vi: z.string(), en: z.string() });

const operation = z
  .object({
    name: z.string(),
    kind: z.enum(['query', 'interactive', 'queued']),
    recovery: z.enum(['repeatable', 'confirm', 'manual']).nullable().meta({
      description:
        'What happens after an unknown outcome: sent again, asked about, or left to a person; null of a query',
    }),
    why: z.string().nullable().meta({ description: 'Why sending twice is harmless, or why a person has to decide' }),
    readsBack: z.boolean().meta({ description: 'What the nation shows is asked after an unknown outcome' }),
    timeoutMs: z.int(),
    batchSize: z.int(),
  })
  .meta({ id: 'SystemOperation' });

const callback = z
  .object({
    path: z.string(),
    kind: z.enum(['tell', 'ask']).meta({
      description: '`tell`: kept, answered, then acted on. `ask`: answered with what holds now, and not kept.',
    }),
    methods: z.array(z.enum(['GET', 'POST'])),
    verifier: z.enum(['signature', 'shared-key', 'peer', 'query']),
    maximumBytes: z.int(),
  })
  .meta({ id: 'SystemCallback' });

const told = z
  .object({
    until: instant,
    reason: z.string().meta({ description: 'What they answered; a stable word' }),
    askedSeconds: z.int().meta({ description: 'What they had asked for; more than is heeded where it was cut' }),
  })
  .meta({ id: 'ToldToWait' });

const lane = z
  .object({
    name: z.string(),
    class: laneClass,
    state: laneState.meta({ description: '`open`: things go through' }),
    breaker: z.object({
      state: breakerState,
      cause: z.string().nullable(),
      openedAt: instant.nullable(),
      openUntil: instant.nullable().meta({ description: 'When one probe is let through' }),
    }),
    paused: z.object({ by: z.string(), reason: z.string(), at: instant }).nullable(),
    notBefore: instant.nullable().meta({ description: 'They asked for silence until then (429, Retry-After)' }),
    told: told.nullable().meta({
      description:
        'The wait that they asked for last, of the lane or (503) of single streams of it; a resume, or a probe that they answer, lifts it',
    }),
    ratePerSecond: z.number().meta({ description: 'In force now; lower than the policy after a 429' }),
    policyRatePerSecond: z.number(),
    concurrency: z.int(),
    openCalls: z.int(),
    downtime: z.object({
      windows: z.array(z.object({ days: z.array(z.int()), from: z.string(), to: z.string() })),
      until: instant.nullable().meta({ description: 'End of the announced downtime that holds now' }),
    }),
  })
  .meta({ id: 'Lane' });

const backlog = z
  .object({
    waiting: z.int().meta({ description: 'Everything that will still be sent by itself' }),
    pending: z.int(),
    sending: z.int(),
    retrying: z.int(),
    uncertain: z.int(),
    parked: z.int().meta({ description: 'Streams that wait for a person' }),
    dead: z.int(),
    rejected: z.int().meta({ description: 'Refused by the system and not replaced by anything newer' }),
  })
  .meta({ id: 'Backlog' });

export const systemView = z
  .object({
    name: z.string(),
    title: both,
    configured: z.boolean(),
    capabilities: z.object({
      operations: z.array(operation),
      callbacks: z.array(callback),
      assumed: z
        .array(z.string())
        .meta({ description: 'What rests on an assumption and not on a confirmed wire fact' }),
    }),
    lanes: z.array(lane),
    backlog,
    freshness: z.object({
      oldestWaitingAt: instant.nullable(),
      oldestWaitingAgeSeconds: z
        .int()
        .nullable()
        .meta({ description: 'How far the nation is behind; null when it is not' }),
      lastDeliveredAt: instant.nullable(),
    }),
    estimate: z.object({
      deliveredPerSecond: z.number().meta({ description: 'Over the last two minutes' }),
      clearAt: instant.nullable().meta({
        description:
          'When the backlog is gone at that rate, and not before what waits for a time, an open breaker or a downtime; null when nothing goes',
      }),
    }),
  })
  .meta({ id: 'System' });
export type SystemView = z.infer<typeof systemView>;
export type LaneView = SystemView['lanes'][number];

export const systemList = z.object({ items: z.array(systemView), at: instant }).meta({ id: 'SystemList' });

export const systemHold = z
  .object({
    lane: z.string().nullable().meta({ description: 'Null: the system as a whole' }),
    why: z.enum(['paused', 'breaker-open', 'told-to-wait', 'downtime', 'credential-rests']).meta({
      description:
        '`credential-rests`: it was refused, and is not tried again before, because accounts get locked; a changed credential is tried at once',
    }),
    until: instant.nullable().meta({ description: 'Null: until a person acts' }),
  })
  .meta({ id: 'SystemHold' });
export type SystemHold = z.infer<typeof systemHold>;

const probed = {
  outcome: z.enum(['completed', 'accepted', 'rejected', 'not-sent', 'unknown', 'drift']),
  code: z.string().nullable().meta({ description: 'A stable word, or their own code' }),
  asked: z.boolean().meta({ description: 'False: nobody was asked, because the refused credential rests' }),
  durationMs: z.int(),
};
const stillHeldBy = z.array(systemHold).meta({ description: 'What holds it all the same, and until when' });

export const systemActed = systemView
  .extend({
    act: z.object({
      did: z.enum(['paused', 'resumed']),
      probe: z
        .object(probed)
        .nullable()
        .meta({ description: 'How the probe that belongs to a resume went; null where none could be made' }),
      stillHeldBy,
    }),
  })
  .meta({ id: 'SystemActed' });

export const systemAct = z.strictObject({ reason }).meta({ id: 'SystemAct' });

export const systemProbe = z.object({ ...probed, stillHeldBy }).meta({ id: 'SystemProbe' });
