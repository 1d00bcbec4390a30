import { z } from 'zod';
import { agencyListed, fieldListed, procedureDetail, procedureListed } from '../domain/catalogue.ts';
import { words } from '../domain/text.ts';
import { instant } from '../domain/time.ts';
import { pageQuery } from './page.ts';

/** How far an answer may be trusted to be what the nation shows now. */
export const freshness = z
  .object({
    state: z.enum(['fresh', 'stale', 'never-fetched']).meta({
      description: '`stale`: older than a day, because the portal could not be asked since; the old list is shown',
    }),
    fetchedAt: instant.nullable().meta({ description: 'When this was taken from the national portal' }),
    ageSeconds: z.int().nullable(),
    lastTriedAt: instant.nullable(),
    lastOutcome: z.string().nullable().meta({ description: '`completed`, or why the last try failed' }),
  })
  .meta({ id: 'CatalogueFreshness' });
export type Freshness = z.infer<typeof freshness>;

/** One page of a catalogue, with its age. */
const catalogueOf = <Item extends z.ZodType>(id: string, item: Item) =>
  z
    .object({
      items: z.array(item),
      nextCursor: z.string().nullable().meta({ description: 'Ask with this for what follows; null at the end' }),
      fetchedAt: instant.nullable(),
      freshness,
    })
    .meta({ id });

export const procedurePage = catalogueOf('ProcedurePage', procedureListed);
export const agencyPage = catalogueOf('AgencyPage', agencyListed);
export const fieldPage = catalogueOf('FieldPage', fieldListed);

const search = words(200)
  .optional()
  .meta({ description: 'Words of the name or the code; accents and capitals do not matter' });
export const catalogueQuery = z.strictObject({ ...pageQuery, q: search });
export const procedureQuery = z.strictObject({
  ...pageQuery,
  q: search,
  field: z.string().min(1).max(60).optional().meta({ description: 'Code of the field that it belongs to' }),
});

export const procedureView = z
  .object({ procedure: procedureDetail, fetchedAt: instant, freshness })
  .meta({ id: 'Procedure' });

export const catalogueRefresh = z
  .object({
    outcomes: z.array(
      z.object({
        kind: z.enum(['procedure', 'agency', 'field']),
        outcome: z.string().meta({ description: '`completed`, or why the old list stays' }),
        entries: z.int(),
      }),
    ),
  })
  .meta({ id: 'CatalogueRefresh' });
