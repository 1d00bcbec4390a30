import { z } from 'zod';
import { procedureCode } from '../domain/codes.ts';
import { feeFields } from '../domain/fee.ts';
import { pageOf } from './page.ts';
import { validity } from './register.ts';

const fee = z.strictObject({ ...feeFields, ...validity }).meta({ id: 'ProcedureFee' });

export const procedureFees = z.strictObject({ fees: z.array(fee).max(500) });

export const procedurePath = z.object({ procedureCode });

/** Everything that one procedure costs. */
export const feesOfProcedure = z
  .object({ procedureCode: z.string(), fees: z.array(fee) })
  .meta({ id: 'ProcedureFees' });

const feeEntry = z.object({ procedureCode: z.string(), ...fee.shape }).meta({ id: 'FeeEntry' });
export type FeeEntry = z.infer<typeof feeEntry>;
export const feePage = pageOf('FeePage', feeEntry);
