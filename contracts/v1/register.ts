import { z } from 'zod';
import { civilDate } from '../domain/time.ts';
import { pageQuery } from './page.ts';

/** When an entry of a register is valid. */
export const validity = {
  validFrom: civilDate.meta({ description: 'The first day' }),
  validTo: civilDate.nullable().meta({ description: 'The last day, included; null while it goes on' }),
};

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
