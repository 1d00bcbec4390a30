import { z } from 'zod';
import { principalKind, role } from '../domain/role.ts';
import { words } from '../domain/text.ts';
import { instant } from '../domain/time.ts';

const principalName = words(100).meta({
  description: 'Name of the account or system; kept sealed',
  examples: ['he-thong-mot-cua'],
});

const account = z
  .string()
  .min(1)
  .max(200)
  .nullish()
  .meta({
    description:
      'The `sub` of the tokens that this person signs in with at the identity provider: key and token are then one principal. Bound once, and to one principal only. It is kept as a keyed digest',
    examples: ['tk-17'],
  });

export const newKey = z
  .strictObject({
    principal: z.union([
      z
        .strictObject({ id: z.string().min(1).max(60), account })
        .meta({ description: 'A further key of a known principal' }),
      z
        .strictObject({ kind: principalKind, name: principalName, role, account })
        .refine((given) => given.kind === 'person' || given.account == null, {
          path: ['account'],
          error: 'belongs to a person',
        })
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
  principal: z.object({
    id: z.string(),
    kind: principalKind,
    name: z.string(),
    role,
    account: z
      .string()
      .nullable()
      .meta({ description: 'What stands for the account that is bound to this person; null where none is' }),
  }),
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
