import { z } from 'zod';
import { instant } from '../domain/time.ts';
import { several } from './several.ts';

/**
 * Everything that the province may hear. Names are stable; `data` holds codes and references, never a person: who needs
 * the content asks for it with the scope that it takes.
 */
export const eventTypes = {
  'exchange.delivered': 'The system has taken the newest state of what `key` names',
  'exchange.rejected': 'The system said no; `code` is its own code',
  'exchange.dead': 'Given up after the stated time; waits for a person',
  'exchange.unanswered': 'Taken, but the answer did not come in the stated time; a person has to look',
  'exchange.overdue': 'Not taken for longer than the stated time; it goes on being tried',
  'exchange.uncertain': 'It may have taken effect and a person has to find out',
  'dossier.snapshot-requested': 'The nation shows another state than the one held: hand the dossier over once more',
  'national-dossier.received': 'A dossier came from the national portal; fetch it at `/v1/national-dossiers/{ref}`',
  'system.breaker-opened': 'The system fails and is left alone for a while',
  'system.breaker-closed': 'The system answers again',
  'system.paused': 'Nothing is sent to the system until it is resumed',
  'system.resumed': 'Sending to the system goes on',
  'store.restored':
    'The gateway was put back from a backup taken at `takenAt`: what was raised since may be raised anew, so read what you hold of it again. Who asks for some types only should ask for this one too',
} as const;
export type EventType = keyof typeof eventTypes;

export const eventType = z.enum(Object.keys(eventTypes) as [EventType, ...EventType[]]).meta({
  id: 'EventType',
  description: Object.entries(eventTypes)
    .map(([type, meaning]) => `\`${type}\`: ${meaning}.`)
    .join(' '),
});

/** After a restore positions go on from the clock's microseconds, so that they do not fit 32 bits. */
export const position = z.int().meta({ format: 'int64' });

/** Of `exchange.*` and `dossier.snapshot-requested`. */
export const exchangeEventData = z
  .looseObject({
    exchange: z.string(),
    operation: z.string(),
    key: z.string(),
    version: z.int().nullable(),
    cause: z.string().nullable(),
    code: z.string().nullable(),
  })
  .meta({ id: 'ExchangeEventData' });
/** Of `system.*`. */
export const systemEventData = z
  .looseObject({ lane: z.string().nullable(), reason: z.string().nullable() })
  .meta({ id: 'SystemEventData' });
/** Of `national-dossier.received`. */
export const nationalDossierEventData = z
  .looseObject({ nationalCode: z.string() })
  .meta({ id: 'NationalDossierEventData' });

/** Of `store.restored`. */
export const storeEventData = z.looseObject({ takenAt: instant }).meta({ id: 'StoreEventData' });

export const event = z
  .object({
    id: z.string().meta({ description: 'The same in the feed and as `webhook-id`: deduplicate by it' }),
    type: z.string().meta({ description: 'One of EventType; more may come, so ignore what you do not know' }),
    timestamp: instant,
    position: position.meta({
      description: 'Rises in the feed; consecutive, but for the gap before `store.restored`. Needs 64 bits',
    }),
    system: z.string().nullable(),
    ref: z.string().meta({ description: 'What it concerns, such as a dossier code' }),
    data: z
      .union([exchangeEventData, nationalDossierEventData, systemEventData, storeEventData])
      .meta({ description: 'By type; further members may come' }),
  })
  .meta({ id: 'Event', description: 'The same document in the feed and as the body of a webhook' });
export type EventView = z.infer<typeof event>;

export const LONGEST_WAIT_SECONDS = 25;

export const eventQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0).meta({
    description: 'Position of the last event seen; 0 begins at the beginning',
    type: 'integer',
    format: 'int64',
  }),
  types: several(eventType).optional().meta({ description: 'Only these types' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(500)
    .default(100)
    .meta({ description: 'Events a page holds at most', type: 'integer', minimum: 1, maximum: 500 }),
  waitSeconds: z.coerce.number().int().min(0).max(LONGEST_WAIT_SECONDS).default(0).meta({
    description: 'Without news, wait this long for some',
    type: 'integer',
    minimum: 0,
    maximum: LONGEST_WAIT_SECONDS,
  }),
});

export const eventPage = z
  .object({
    items: z.array(event),
    next: position.meta({ description: 'Ask with `after` set to this for what follows' }),
    more: z.boolean().meta({ description: 'There is more already: ask again at once' }),
  })
  .meta({ id: 'EventPage' });
