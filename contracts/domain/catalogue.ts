import { z } from 'zod';
import { agencyCode, procedureCode } from './codes.ts';

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
