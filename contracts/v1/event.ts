import { z } from 'zod';
import { instant } from '../domain/time.ts';
import { wholeNumber } from '../domain/whole-number.ts';
import { several } from './several.ts';

/**
 * A kind of event as whoever raises it declares it. Names are stable; `data` holds codes and references, never a person:
 * who needs the content asks for it with the scope that it takes.
 */
export interface DeclaredEvent {
  readonly name: string;
  readonly meaning: string;
  readonly data: z.ZodType;
  /** What of `data` is promised; without it all. */
  readonly promised?: z.ZodType | undefined;
}

/** After a restore positions go on from the clock's microseconds, so that they do not fit 32 bits. */
export const position = z.int().meta({ format: 'int64' });

const LONGEST_WAIT_SECONDS = 25;

export type EventDocuments = ReturnType<typeof eventDocuments>;
export type EventView = z.infer<EventDocuments['event']>;

/** The documents of everything that the province may hear. To be made once, so that each of their ids means one schema. */
export function eventDocuments(types: readonly DeclaredEvent[]) {
  const eventType = z.enum(types.map(({ name }) => name)).meta({
    id: 'EventType',
    description: types.map(({ name, meaning }) => `\`${name}\`: ${meaning}.`).join(' '),
  });

  const event = z
    .object({
      id: z.string().meta({ description: 'The same in the feed and as `webhook-id`: deduplicate by it' }),
      type: z.string().meta({ description: 'One of EventType; more may come, so ignore what you do not know' }),
      timestamp: instant,
      position: position.meta({
        description: 'Rises in the feed; consecutive, but for the gap before `store.restored`. Needs 64 bits',
      }),
      system: z.string().nullable(),
      ref: z.string().meta({ description: 'What it concerns, such as a dossier code' }),
      data: z.union(dataOf(types)).meta({ description: 'By type; further members may come' }),
    })
    .meta({ id: 'Event', description: 'The same document in the feed and as the body of a webhook' });

  const eventQuery = z.strictObject({
    after: wholeNumber(0).default(0).meta({
      description: 'Position of the last event seen; 0 begins at the beginning',
      type: 'integer',
      format: 'int64',
    }),
    types: several(eventType).optional().meta({ description: 'Only these types' }),
    limit: wholeNumber(1, 500)
      .default(100)
      .meta({ description: 'Events a page holds at most', type: 'integer', minimum: 1, maximum: 500 }),
    waitSeconds: wholeNumber(0, LONGEST_WAIT_SECONDS).default(0).meta({
      description: 'Without news, wait this long for some',
      type: 'integer',
      minimum: 0,
      maximum: LONGEST_WAIT_SECONDS,
    }),
  });

  const eventPage = z
    .object({
      items: z.array(event),
      next: position.meta({ description: 'Ask with `after` set to this for what follows' }),
      more: z.boolean().meta({ description: 'There is more already: ask again at once' }),
    })
    .meta({ id: 'EventPage' });

  return { eventType, event, eventQuery, eventPage };
}

/** What is promised of their data, once where types share it; further members may come within this version. */
const dataOf = (types: readonly DeclaredEvent[]): readonly z.ZodType[] =>
  [...new Set(types.map(({ data, promised }) => promised ?? data))].map(loosened);

function loosened(schema: z.ZodType): z.ZodType {
  if (!(schema instanceof z.ZodObject)) return schema;
  const loose = z.looseObject(schema.shape);
  const meta = schema.meta();
  return meta === undefined ? loose : loose.meta(meta);
}
