import { z } from 'zod';

/** Programs and people are told apart, because four-eyes acts need two people. */
export const principalKind = z.enum(['system', 'person']).meta({ id: 'PrincipalKind' });
export type PrincipalKind = z.infer<typeof principalKind>;

export const role = z.enum(['system', 'finance', 'operator', 'auditor', 'administrator']).meta({ id: 'Role' });
export type Role = z.infer<typeof role>;
