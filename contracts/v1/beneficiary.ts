import { z } from 'zod';
import { accountFields, payChannel } from '../domain/beneficiary.ts';
import { agencyCode } from '../domain/codes.ts';
import { pageOf } from './page.ts';
import { validity } from './register.ts';

const account = z
  .strictObject({ method: payChannel, ...accountFields, ...validity })
  .meta({ id: 'UnitAccount', description: 'An account of an office; its name is no person’s' });

export const unitAccounts = z.strictObject({ accounts: z.array(account).max(200) });

export const unitPath = z.object({ unitCode: agencyCode });

/** All accounts of one unit. */
export const unitBeneficiaries = z
  .object({ unitCode: z.string(), accounts: z.array(account) })
  .meta({ id: 'UnitBeneficiaries' });

const beneficiary = z.object({ unitCode: z.string(), ...account.shape }).meta({ id: 'Beneficiary' });
export type Beneficiary = z.infer<typeof beneficiary>;
export const beneficiaryPage = pageOf('BeneficiaryPage', beneficiary);
