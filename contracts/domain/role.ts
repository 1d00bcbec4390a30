import { z } from 'zod';

/** Programs and people are told apart, because four-eyes acts need two people. */
export const principalKind = z.enum(['system', 'person']).meta({
  id: 'PrincipalKind',
  description:
    'Acts that need two people need a `person` to ask and another `person` to approve, neither of whom made the other (or a key of the other) within a day. A token is a `system` unless its claim `lienthong_kind` says `person`',
});
export type PrincipalKind = z.infer<typeof principalKind>;

export const role = z.enum(['system', 'finance', 'operator', 'auditor', 'administrator']).meta({ id: 'Role' });
export type Role = z.infer<typeof role>;
