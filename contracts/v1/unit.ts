import { z } from 'zod';
import { agencyLevel } from '../domain/status.ts';
import { civilDate } from '../domain/time.ts';
import { pageOf, pageQuery } from './page.ts';

const validity = {
  validFrom: civilDate.meta({ description: 'The first day' }),
  validTo: civilDate.nullable().meta({ description: 'The last day, included; null while it goes on' }),
};

export const unit = z
  .object({
    code: z.string().meta({
      description:
        'As the nation writes it; `gso:NNNNN` (the statistics office’s number) where the national code is not known',
      examples: ['H02.15.03', 'gso:07210'],
    }),
    name: z.string(),
    kind: z.string().meta({ description: '`province`, `department`, `district`, `ward`, `commune` and the like' }),
    level: agencyLevel,
    province: z.string(),
    district: z.string().nullable().meta({ description: 'Null above it, and for every unit since 1 July 2025' }),
    parent: z.string().nullable(),
    gsoCode: z.string().nullable(),
    ...validity,
  })
  .meta({ id: 'Unit' });
export type Unit = z.infer<typeof unit>;

export const procedureEntry = z
  .object({
    code: z.string(),
    name: z.string(),
    fieldCode: z.string().nullable(),
    fieldName: z.string().nullable(),
    level: agencyLevel.nullable(),
    ...validity,
  })
  .meta({ id: 'ProcedureEntry', description: 'A procedure as the province offers it' });
export type ProcedureEntry = z.infer<typeof procedureEntry>;

export const unitPage = pageOf('UnitPage', unit);
export const procedureEntryPage = pageOf('ProcedureEntryPage', procedureEntry);

export const registerQuery = z.strictObject({
  ...pageQuery,
  at: civilDate.optional().meta({ description: 'Only what is valid on this day' }),
  code: z.string().min(1).max(100).optional().meta({ description: 'Only this code, in all its validities' }),
});

export const registerImportQuery = z.strictObject({
  dryRun: z.enum(['true', 'false']).default('false').meta({ description: '`true`: check and count, change nothing' }),
  validFrom: civilDate.optional().meta({ description: 'For rows of a file that has no `valid_from`' }),
  province: z
    .string()
    .min(1)
    .max(20)
    .optional()
    .meta({ description: 'For rows of a file that has no `province`', examples: ['H05'] }),
});

export const registerImported = z
  .object({
    lines: z.int().meta({ description: 'Rows of the file, without its head' }),
    added: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    dryRun: z.boolean(),
  })
  .meta({ id: 'RegisterImported' });
