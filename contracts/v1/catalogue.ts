import { z } from 'zod';
import { agencyCode, procedureCode } from '../domain/codes.ts';
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

const named = z.object({ code: z.string(), name: z.string() });

export const procedureListed = z
  .object({ code: procedureCode, name: z.string(), field: named })
  .meta({ id: 'ProcedureListed' });
export type ProcedureListed = z.infer<typeof procedureListed>;
export const agencyListed = z
  .object({ code: agencyCode, name: z.string(), level: z.string().meta({ description: 'The nation’s own word' }) })
  .meta({ id: 'AgencyListed' });
export type AgencyListed = z.infer<typeof agencyListed>;
export const fieldListed = z
  .object({ code: z.string(), name: z.string(), sector: z.string() })
  .meta({ id: 'FieldListed' });
export type FieldListed = z.infer<typeof fieldListed>;

export const procedurePage = catalogueOf('ProcedurePage', procedureListed);
export const agencyPage = catalogueOf('AgencyPage', agencyListed);
export const fieldPage = catalogueOf('FieldPage', fieldListed);

const search = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .optional()
  .meta({ description: 'Words of the name or the code; accents and capitals do not matter' });
export const catalogueQuery = z.strictObject({ ...pageQuery, q: search });
export const procedureQuery = z.strictObject({
  ...pageQuery,
  q: search,
  field: z.string().min(1).max(60).optional().meta({ description: 'Code of the field that it belongs to' }),
});

/** A procedure as the national base publishes it. Texts are theirs; "" where they say nothing. */
export const procedureDetail = z
  .object({
    code: procedureCode,
    name: z.string(),
    kind: z.string(),
    status: z.string(),
    publishedBy: z.string(),
    decision: z.string(),
    description: z.string(),
    requirements: z.string(),
    keywords: z.string(),
    receivingAddress: z.string(),
    levels: z.array(z.string()),
    fields: z.array(named),
    agencies: z.array(named),
    workflow: z.array(z.object({ case: z.string(), steps: z.array(z.string()) })),
    channels: z.array(
      z.object({
        channel: z.string(),
        durations: z.array(
          z.object({
            amount: z.string(),
            unit: z.string(),
            note: z.string(),
            fees: z.array(z.object({ code: z.string(), amount: z.string(), unit: z.string(), note: z.string() })),
          }),
        ),
      }),
    ),
    components: z.array(
      z.object({
        case: z.string(),
        documents: z.array(
          z.object({
            code: z.string(),
            name: z.string(),
            form: z.string(),
            url: z.string(),
            originals: z.string(),
            copies: z.string(),
          }),
        ),
      }),
    ),
    results: z.array(named),
    legalBasis: z.array(z.object({ number: z.string(), name: z.string() })),
  })
  .meta({ id: 'ProcedureDetail' });
export type ProcedureDetail = z.infer<typeof procedureDetail>;

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
