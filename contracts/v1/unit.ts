import { z } from 'zod';
import { agencyLevel } from '../domain/status.ts';
import { pageOf } from './page.ts';
import { validity } from './register.ts';

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
