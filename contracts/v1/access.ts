import { z } from 'zod';
import { principalKind, role } from '../domain/role.ts';
import { instant } from '../domain/time.ts';

const principalName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .meta({ description: 'Name of the account or system, not of a person', examples: ['he-thong-mot-cua'] });

export const newKey = z
  .strictObject({
    principal: z.union([
      z.strictObject({ id: z.string().min(1).max(60) }).meta({ description: 'A further key of a known principal' }),
      z
        .strictObject({ kind: principalKind, name: principalName, role })
        .meta({ description: 'A new principal with its first key' }),
    ]),
    test: z.boolean().default(false).meta({ description: 'A test key works only while every system is a simulator' }),
    expiresAt: instant.nullish().meta({ description: 'Without it the key works until it is revoked' }),
    ratePerSecond: z
      .number()
      .min(0.1)
      .max(100_000)
      .nullish()
      .meta({ description: 'Requests a second; without it the default of the role' }),
  })
  .meta({ id: 'NewKey' });
export type NewKey = z.infer<typeof newKey>;

const keyFields = {
  id: z.string(),
  principal: z.object({ id: z.string(), kind: principalKind, name: z.string(), role }),
  hint: z.string().meta({ description: 'The last four characters, to recognise the key by' }),
  test: z.boolean(),
  ratePerSecond: z.number().nullable(),
  createdAt: instant,
  createdBy: z.string(),
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
};

export const keyView = z.object(keyFields).meta({ id: 'Key' });
export type KeyView = z.infer<typeof keyView>;

export const createdKey = z
  .object({
    ...keyFields,
    key: z
      .string()
      .nullable()
      .meta({ description: 'The key itself, shown this once; null when the answer is repeated' }),
  })
  .meta({ id: 'CreatedKey' });
